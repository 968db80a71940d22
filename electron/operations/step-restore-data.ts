import { SlipwayError } from '../../shared/errors.ts'
import type { BackupManifest } from '../../shared/operations/backup-manifest.ts'
import type { Stack } from '../stacks/stack.ts'
import { datasetsOf, readManifest } from './backup-set.ts'
import { type DatasetPlace, placeDataset, servicesUsing } from './dataset-place.ts'
import type { OperationContext } from './operation-context.ts'
import { restoreSqlite } from './sqlite-dataset.ts'
import type { StepReport } from './step.ts'
import { removeLeftovers } from './throwaway-container.ts'

const STOP_TIMEOUT_MS = 3 * 60_000

/**
 * Replaces the data of some services by that of a backup. Every service that uses it is stopped first, and stays
 * stopped: the steps after this one start them with the version that belongs to the data.
 */
export async function restoreData(
  context: OperationContext,
  backupId: string,
  services: readonly string[],
  report: StepReport,
): Promise<void> {
  const { ports, plan, cli, session, host, layout } = context
  const manifest = await requireManifest(context, backupId, report.signal)
  const stack = await ports.readStack(plan.stack, report.signal)
  const datasets = datasetsOf(stack).filter(({ service }) => services.includes(service))
  const places = datasets.map((dataset) => placeDataset(stack, dataset))
  const users = [...new Set(places.flatMap((place) => servicesUsing(stack, place)))]
  await removeLeftovers(cli, plan.id)
  await report.say(`Stopping ${users.join(', ')}.`)
  await session.compose.stop(stack.project, users, { signal: report.signal, timeoutMs: STOP_TIMEOUT_MS })
  for (const place of places) {
    await requireUnused(context, stack, place, report.signal)
    const backup = manifest.datasets.find(({ dataset }) => dataset === place.dataset.id)
    if (backup === undefined) throw missing(host.label, `The backup ${backupId} has no ${place.dataset.id}.`)
    const job = { host, cli, operationId: plan.id, place, image: place.container.imageId, signal: report.signal }
    const { aside } = await restoreSqlite(job, backup, `${layout.backups}/${backupId}`, suffixOf(plan.id, backupId))
    const kept = aside === null ? '' : ` What was there is kept as ${aside}.`
    await report.say(`${place.dataset.id} is as it was at ${backup.startedAt}, checked.${kept}`)
  }
}

/** A rollback by hand restores twice when it fails: forward, and back again. Neither may cover up what the other kept. */
function suffixOf(operationId: string, backupId: string): string {
  return `slipway-replaced-${operationId}${operationId === backupId ? '' : '-by-hand'}`
}

async function requireManifest(context: OperationContext, id: string, signal: AbortSignal): Promise<BackupManifest> {
  const manifest = await readManifest(context.host, context.layout, id, signal)
  if (manifest !== null) return manifest
  throw missing(context.host.label, `There is no complete backup ${id}.`)
}

function missing(label: string, what: string): SlipwayError {
  return new SlipwayError('backup.restore-failed', `${what} The data on ${label} cannot be restored.`, {
    state: 'The data was not touched.',
    hint: 'Look into the directory .slipway/backups beside the stack.',
  })
}

/** A container of another stack may share the volume; replacing a file under it would corrupt what it does. */
async function requireUnused({ cli, host }: OperationContext, stack: Stack, place: DatasetPlace, signal: AbortSignal) {
  const source = place.mount.slice(0, place.mount.lastIndexOf(':'))
  const { stdout } = await cli.run(['ps', '--quiet', '--filter', `volume=${source}`], { signal })
  const ids = stdout.split('\n').filter((id) => id !== '')
  if (ids.length === 0) return
  throw new SlipwayError(
    'backup.restore-failed',
    `${place.dataset.path} on ${host.label} is still in use by ${ids.length} running containers (${ids.join(', ')}) beside the stack ${stack.ref.project}.`,
    { state: 'The data was not touched.', hint: 'Stop them, then roll back again.' },
  )
}
