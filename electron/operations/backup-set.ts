import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import {
  type BackupManifest,
  backupManifestSchema,
  type DatasetBackup,
} from '../../shared/operations/backup-manifest.ts'
import type { TableCounts } from '../../shared/operations/judge-backup.ts'
import type { DatasetOf } from '../../shared/runbook/data-schema.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { placeDataset } from './dataset-place.ts'
import { DIRECTORY_MODE, FILE_MODE, type Layout } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { backUpSqlite, querySqlite } from './sqlite-dataset.ts'
import { removeLeftovers } from './throwaway-container.ts'

/** Data sets of the services that are in the stack. An optional service may be absent, and its data with it. */
export function datasetsOf(stack: Stack): readonly DatasetOf<'sqlite'>[] {
  const datasets = stack.runbook.backup?.datasets ?? []
  return datasets
    .filter(({ service }) => stack.model.services[service] !== undefined)
    .map((dataset) => {
      if (dataset.kind === 'sqlite') return dataset
      throw new SlipwayError('backup.failed', `The data set ${dataset.id} is of the kind ${dataset.kind}.`, {
        state: 'Nothing was changed.',
        hint: 'This version of Slipway backs up SQLite only.',
      })
    })
}

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
  const owner = await readOwner(host, directory, signal)
  const datasets: DatasetBackup[] = []
  for (const dataset of datasetsOf(stack)) {
    const place = placeDataset(stack, dataset)
    const job = { host, cli, operationId: plan.id, place, image: place.container.imageId, signal }
    const before = previous?.datasets.find((known) => known.dataset === dataset.id)?.tables ?? null
    const backup = await backUpSqlite(job, {
      directory,
      owner,
      schemaQuery: schemaQueryOf(stack, dataset.id),
      previous: before,
    })
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

/** The schema version of each data set that the runbook can ask for, read from the databases as they are. */
export async function readSchemaVersions(
  context: OperationContext,
  stack: Stack,
  services: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const dataset of datasetsOf(stack)) {
    const query = schemaQueryOf(stack, dataset.id)
    if (query === '' || !services.includes(dataset.service)) continue
    const place = placeDataset(stack, dataset)
    const { host, cli, plan } = context
    const job = { host, cli, operationId: plan.id, place, image: place.container.imageId, signal }
    const version = await querySqlite(job, query)
    if (version !== null) versions[dataset.id] = version
  }
  return versions
}

/** Reads a backup's manifest; null when the set is incomplete or gone. */
export async function readManifest(
  host: Host,
  layout: Layout,
  id: string,
  signal?: AbortSignal,
): Promise<BackupManifest | null> {
  try {
    const bytes = await host.files.read(`${layout.backups}/${id}/manifest.json`, signal === undefined ? {} : { signal })
    return backupManifestSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    if (isSlipwayError(error) && error.code !== 'host.file-missing') throw error
    return null
  }
}

/** Complete backups, oldest first. */
export async function listBackups(host: Host, layout: Layout, signal?: AbortSignal): Promise<BackupManifest[]> {
  const names = await listNames(host, layout.backups, signal)
  const manifests = await Promise.all(names.map((name) => readManifest(host, layout, name, signal)))
  return manifests.filter((manifest) => manifest !== null)
}

/** Names in a directory that may not be there yet. */
export async function listNames(host: Host, directory: string, signal?: AbortSignal): Promise<string[]> {
  try {
    return await host.files.list(directory, signal === undefined ? {} : { signal })
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'host.file-missing') return []
    throw error
  }
}

/** Removes sets beyond `keep`, oldest first; never those in `needed`, whatever their age. */
export async function pruneBackups(
  host: Host,
  layout: Layout,
  keep: number,
  needed: ReadonlySet<string>,
): Promise<string[]> {
  const backups = await listBackups(host, layout)
  const old = backups.slice(0, Math.max(0, backups.length - keep)).filter(({ id }) => !needed.has(id))
  for (const { id } of old) await host.files.removeTree(`${layout.backups}/${id}`)
  return old.map(({ id }) => id)
}

export function schemaQueryOf(stack: Stack, dataset: string): string {
  return stack.runbook.migrations.schemaVersions.find((known) => known.dataset === dataset)?.query ?? ''
}

function describeBackup({ dataset, tables, sizeBytes, warnings }: DatasetBackup): string {
  const rows = Object.values(tables as TableCounts).reduce((sum, count) => sum + count, 0)
  const facts = `${Object.keys(tables).length} tables, ${rows} rows, ${sizeBytes} bytes, integrity ok`
  return [`${dataset}: ${facts}.`, ...warnings.map((warning) => `Warning: ${warning}`)].join(' ')
}

async function readOwner(host: Host, directory: string, signal: AbortSignal): Promise<string> {
  const stat = await host.files.stat(directory, { signal })
  if (stat !== null) return `${stat.uid}:${stat.gid}`
  throw new SlipwayError('host.file-missing', `${directory} on ${host.label} has just vanished.`, {
    state: 'Nothing was changed.',
    hint: 'Look who else works in the project directory.',
  })
}
