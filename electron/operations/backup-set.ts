import { SlipwayError } from '../../shared/errors.ts'
import { type BackupManifest, type DatasetBackup, factsOf } from '../../shared/operations/backup-manifest.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { listBackups } from './backup-store.ts'
import { datasetsOf } from './datasets/of-stack.ts'
import { takeDataset } from './datasets/take-dataset.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import { DIRECTORY_MODE, FILE_MODE } from './layout.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * Backs up every data set of a stack, each proven, and writes the manifest last. An incomplete set of an earlier
 * try is removed first. Throws the first failure: a set that lacks one data set is no backup.
 */
export async function makeBackupSet(
  context: OperationContext,
  stack: Stack,
  report: { readonly signal: AbortSignal; readonly say: (message: string) => Promise<void> },
): Promise<BackupManifest> {
  const { host, layout, plan, cli } = context
  const { signal } = report
  const directory = `${layout.backups}/${plan.id}`
  await removeLeftovers(cli, plan.id)
  const previous = (await listBackups(host, layout, signal)).filter(({ id }) => id !== plan.id).at(-1)
  await host.files.removeTree(directory, { signal })
  await host.files.makeDirectories(directory, { mode: DIRECTORY_MODE, signal })
  try {
    return await fillBackupSet(context, stack, directory, previous, report)
  } catch (error) {
    // Half a backup must never be taken for one, nor fill the disk.
    await host.files.removeTree(directory).catch(() => undefined)
    throw error
  }
}

async function fillBackupSet(
  { host, cli, plan }: OperationContext,
  stack: Stack,
  directory: string,
  previous: BackupManifest | undefined,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (message: string) => Promise<void> },
): Promise<BackupManifest> {
  const alarmAccepted = plan.options.acceptBackupAlarm?.reason ?? null
  const owner = await readOwner(host, directory, signal)
  const datasets: DatasetBackup[] = []
  for (const dataset of datasetsOf(stack)) {
    const job = { host, cli, stack, dataset, operationId: plan.id, signal }
    const before = previous?.datasets.find((known) => known.dataset === dataset.id) ?? null
    const backup = await takeDataset(job, { directory, owner, previous: before, alarmAccepted })
    datasets.push(backup)
    await say(describeBackup(backup))
  }
  const manifest: BackupManifest = {
    format: 1,
    id: plan.id,
    operationId: plan.id,
    project: stack.ref.project,
    createdAt: new Date(host.now()).toISOString(),
    datasets,
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  await host.files.writeAtomic(`${directory}/manifest.json`, text, { mode: FILE_MODE, signal })
  return manifest
}

function describeBackup(backup: DatasetBackup): string {
  const { counts, totals, nouns } = factsOf(backup)
  const groups = Object.keys(counts).length
  const held = Object.entries(totals).map(([what, count]) => `${count} ${what}`)
  const facts = [`${groups} ${nouns.group}s`, ...held, `${backup.sizeBytes} bytes on disk`].join(', ')
  return [`${backup.dataset}: ${facts}, read back.`, ...backup.warnings.map((text) => `Warning: ${text}`)].join(' ')
}

async function readOwner(host: Host, directory: string, signal: AbortSignal): Promise<string> {
  const stat = await host.files.stat(directory, { signal })
  if (stat !== null) return `${stat.uid}:${stat.gid}`
  throw new SlipwayError('host.file-missing', `${directory} on ${host.label} has just vanished.`, {
    state: 'Nothing was changed.',
    hint: 'Look who else works in the project directory.',
  })
}
