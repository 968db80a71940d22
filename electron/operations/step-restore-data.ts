import { SlipwayError } from '../../shared/errors.ts'
import type { BackupManifest, DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import type { Stack } from '../stacks/stack.ts'
import { readManifest } from './backup-store.ts'
import type { DatasetJob } from './datasets/kind.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, usersOf } from './datasets/of-stack.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import type { OperationContext } from './operation-context.ts'
import { noteReplaced } from './replaced-data.ts'
import type { StepReport } from './step.ts'

const STOP_TIMEOUT_MS = 3 * 60_000

interface Restore {
  readonly job: DatasetJob
  readonly backup: DatasetBackup
}

/**
 * Replaces the data that some services have had in their hands by that of a backup. First everything is restored
 * beside the present data and held against the manifest; then every service that uses it is stopped. Those in
 * `services` stay stopped: the steps after this one start them with the version that belongs to the data. What was
 * there is kept.
 */
export async function restoreData(
  context: OperationContext,
  backupId: string,
  services: readonly string[],
  report: StepReport,
): Promise<void> {
  const { ports, plan, cli, session, layout } = context
  const manifest = await requireManifest(context, backupId, report.signal)
  const stack = await ports.readStack(plan.stack, report.signal)
  await removeLeftovers(cli, plan.id)
  const datasets = datasetsTouchedBy(stack, services)
  const restores = datasets.map((dataset): Restore => {
    const backup = manifest.datasets.find((known) => known.dataset === dataset.id && known.kind === dataset.kind)
    if (backup === undefined) throw missing(context, `The backup ${backupId} has no ${dataset.id}.`)
    const job = { host: context.host, cli, stack, dataset, operationId: plan.id, signal: report.signal }
    return { job, backup }
  })
  const request = { directory: `${layout.backups}/${backupId}`, mark: markOf(plan.id, backupId) }
  try {
    for (const { job, backup } of restores) {
      await kindOf(job.dataset).restoreBeside(job, backup, request)
      await report.say(`${job.dataset.id} is restored beside the present data, and is what the manifest says.`)
    }
  } catch (error) {
    for (const { job } of restores) await discardRestored(job, request)
    throw error
  }
  const users = usersOf(stack, datasets)
  await report.say(`Stopping ${users.join(', ')}.`)
  await session.compose.stop(stack.project, users, { signal: report.signal, timeoutMs: STOP_TIMEOUT_MS })
  for (const { job, backup } of restores) {
    const kept = await kindOf(job.dataset).swap(job, backup, request)
    if (kept !== null) await noteReplaced(context, job.dataset, kept)
    const where = kept === null ? '' : ` What was there is kept as ${kept}.`
    await report.say(`${job.dataset.id} is as it was at ${backup.startedAt}, checked.${where}`)
  }
  await startOthers(context, stack, { users, services }, report)
}

/** Whoever else uses the data, such as a connection pool, is in no later step: it runs again at once. */
async function startOthers(
  { session, journal }: OperationContext,
  { project, containers, runbook }: Stack,
  { users, services }: { readonly users: readonly string[]; readonly services: readonly string[] },
  report: StepReport,
): Promise<void> {
  const tries = journal.entries.filter(
    ({ type, stepId }) => type === 'step-started' && stepId?.endsWith('restore-data'),
  )
  // An earlier try may have stopped them already.
  const wasRunning = (name: string) => tries.length > 1 || containers[name]?.some(({ state }) => state === 'running')
  const isJob = (name: string) => runbook.services.some((known) => known.name === name && known.kind !== 'service')
  const others = users.filter((name) => !services.includes(name) && !isJob(name) && wasRunning(name))
  if (others.length === 0) return
  await report.say(`Starting ${others.join(', ')} again.`)
  await session.compose.start(project, others, { signal: report.signal, timeoutMs: STOP_TIMEOUT_MS })
}

/** With a signal of its own: what was made must go also when the work was cancelled. */
async function discardRestored(job: DatasetJob, request: { directory: string; mark: string }): Promise<void> {
  const own = { ...job, signal: AbortSignal.timeout(STOP_TIMEOUT_MS) }
  await kindOf(job.dataset)
    .discardRestored(own, request)
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

function missing({ host }: OperationContext, what: string): SlipwayError {
  return new SlipwayError('backup.restore-failed', `${what} The data on ${host.label} cannot be restored.`, {
    state: 'The data was not touched.',
    hint: 'Look into the directory .slipway/backups beside the stack.',
  })
}
