import type { BackupList, BackupView } from '../../shared/contract/backups.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { type BackupManifest, backupManifestSchema } from '../../shared/operations/backup-manifest.ts'
import { isStale } from '../../shared/operations/lock-state.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import { summarizeBackup, viewBackup } from '../../shared/operations/view-backup.ts'
import type { Host } from '../hosts/host.ts'
import type { Layout } from './layout.ts'
import { readLock } from './lock.ts'

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

/** What people can look at: complete backups, newest first, and folders that hold none and that nobody writes to. */
export async function viewBackups(host: Host, layout: Layout, signal?: AbortSignal): Promise<BackupList> {
  const names = await listNames(host, layout.backups, signal)
  // Asked between the two: a set that is finished meanwhile has a manifest then.
  const writing = await findWriter(host, layout, signal)
  const manifests = await Promise.all(names.map((name) => readManifest(host, layout, name, signal)))
  return {
    backups: manifests.flatMap((manifest) => (manifest === null ? [] : [summarizeBackup(manifest)])).reverse(),
    incomplete: names.filter((name, index) => manifests[index] === null && name !== writing),
    error: null,
  }
}

/** The operation that is at work on the stack, after which its backup is named; null where none is alive. */
async function findWriter(host: Host, layout: Layout, signal?: AbortSignal): Promise<string | null> {
  const lock = await readLock(host, layout.root, signal)
  return lock === null || isStale(lock.heartbeatAt, host.now()) ? null : lock.operationId
}

/** One backup set with everything in it: `backup.not-found` where there is no complete one. */
export async function viewOneBackup(host: Host, layout: Layout, id: string, signal?: AbortSignal): Promise<BackupView> {
  const manifest = isOperationId(id) ? await readManifest(host, layout, id, signal) : null
  if (manifest !== null) return viewBackup(manifest, `${layout.backups}/${id}`)
  throw new SlipwayError('backup.not-found', `There is no complete backup ${id} on ${host.label}.`, {
    hint: 'Old ones are removed when newer ones are good. Look at the list again.',
  })
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
