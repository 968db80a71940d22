import { isSlipwayError } from '../../shared/errors.ts'
import { type BackupManifest, backupManifestSchema } from '../../shared/operations/backup-manifest.ts'
import type { Host } from '../hosts/host.ts'
import type { Layout } from './layout.ts'

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
