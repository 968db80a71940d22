import { SlipwayError } from '../../shared/errors.ts'
import type { BackupManifest } from '../../shared/operations/backup-manifest.ts'
import { describeReturned } from '../../shared/operations/compare-data.ts'
import type { Stack } from '../stacks/stack.ts'
import { readManifest } from './backup-store.ts'
import type { RestoreRequest } from './datasets/kind.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, datasetsUnnamed, usersOf } from './datasets/of-stack.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import { measureReturn } from './measure-return.ts'
import type { OperationContext } from './operation-context.ts'
import { whileStopped } from './standstill.ts'
import type { StepReport } from './step.ts'
import { type Restore, requireOwnPlaces, swapData } from './swap-data.ts'

const STOP_TIMEOUT_MS = 3 * 60_000

/** Which data is replaced. */
export interface RestoreScope {
  readonly backupId: string
  /** Services that have had the data in their hands. */
  readonly services: readonly string[]
  /** Those that a later step starts, with the version that belongs to the data: they stay stopped until then. */
  readonly startedLater: readonly string[]
}

/**
 * Replaces the data that some services have had in their hands by that of a backup. First everything is restored
 * beside the present data and held against the manifest; then every service that uses it is stopped, and run again when
 * the data is in its place. What was there is kept. Returns what that means for the data, and which of those services do
 * not run again: the data is back all the same, and whether the old version works its gates will say.
 */
export async function restoreData(
  context: OperationContext,
  { backupId, services, startedLater }: RestoreScope,
  report: StepReport,
): Promise<string> {
  const { ports, plan, cli, layout } = context
  const manifest = await requireManifest(context, backupId, report.signal)
  const stack = await ports.readStack(plan.stack, report.signal)
  requireNamed(context, stack, manifest)
  await removeLeftovers(cli, plan.id)
  const datasets = datasetsTouchedBy(stack, services)
  const restores = datasets.map((dataset): Restore => {
    const backup = manifest.datasets.find((known) => known.dataset === dataset.id && known.kind === dataset.kind)
    if (backup === undefined) throw missing(context, `The backup ${backupId} has no ${dataset.id}.`)
    const job = { host: context.host, cli, stack, dataset, operationId: plan.id, signal: report.signal }
    return { job, backup }
  })
  const loss = await measureReturn({ ...context, stack, signal: report.signal }, backupId, services)
  if (loss !== null) await report.say(loss.sentence)
  const request = { directory: `${layout.backups}/${backupId}`, mark: markOf(plan.id, backupId) }
  requireOwnPlaces(restores, request)
  try {
    for (const { job, backup } of restores) {
      await kindOf(job.dataset).restoreBeside(job, backup, request)
      await report.say(`${job.dataset.id} is restored beside the present data, and is what the manifest says.`)
    }
  } catch (error) {
    for (const restore of restores) await discardRestored(restore, request)
    throw error
  }
  const users = usersOf(stack, datasets)
  await report.say(`Stopping ${users.join(', ')}.`)
  // A job that has ended is not run again, and whoever else uses the data, such as a connection pool, is in no later step.
  const isJob = (name: string) =>
    stack.runbook.services.some((known) => known.name === name && known.kind !== 'service')
  const others = users.filter((user) => !startedLater.includes(user) && !isJob(user))
  const failure = await whileStopped(context, stack, { users, others, signal: report.signal }, () =>
    swapData(context, restores, request, report),
  )
  const still = failure === null ? [] : [`${failure.message} ${failure.hint ?? ''}`.trim()]
  for (const sentence of still) await report.say(sentence)
  return [...(loss === null ? [] : [describeReturned(loss)]), ...still].join(' ')
}

/** With a signal of its own: what was made must go also when the work was cancelled. */
async function discardRestored({ job, backup }: Restore, request: RestoreRequest): Promise<void> {
  const own = { ...job, signal: AbortSignal.timeout(STOP_TIMEOUT_MS) }
  await kindOf(job.dataset)
    .discardRestored(own, backup, request)
    .catch(() => undefined)
}

/** A rollback by hand restores twice when it fails: forward, and back again. Neither may cover up what the other kept. */
function markOf(operationId: string, backupId: string): string {
  return `${operationId}${operationId === backupId ? '' : '-by-hand'}`
}

async function requireManifest(context: OperationContext, id: string, signal: AbortSignal): Promise<BackupManifest> {
  const manifest = await readManifest(context.host, context.layout, id, signal)
  if (manifest !== null) return manifest
  throw missing(context, `There is no complete backup ${id}.`)
}

/** Data that nobody would put back must not be passed over in silence. */
function requireNamed(context: OperationContext, stack: Stack, manifest: BackupManifest): void {
  const unnamed = datasetsUnnamed(stack, manifest).map(({ dataset }) => dataset)
  if (unnamed.length === 0) return
  const { id } = stack.runbook
  const what = `The backup ${manifest.id} holds ${unnamed.join(', ')}, which the runbook “${id}” of this stack does not name.`
  throw missing(context, what, 'Bring back the runbook that names them, and roll back again.')
}

function missing(
  { host }: OperationContext,
  what: string,
  hint = 'Look into the directory .slipway/backups beside the stack.',
): SlipwayError {
  return new SlipwayError('backup.restore-failed', `${what} The data on ${host.label} cannot be restored.`, {
    state: 'The data was not touched.',
    hint,
  })
}
