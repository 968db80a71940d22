import type { BackupList, BackupView } from '../../shared/contract/backups.ts'
import { count } from '../../shared/count.ts'
import { type ErrorShape, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { type BackupManifest, backupManifestSchema } from '../../shared/operations/backup-manifest.ts'
import { isStale } from '../../shared/operations/lock-state.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import { summarizeBackup, viewBackup } from '../../shared/operations/view-backup.ts'
import type { Host } from '../hosts/host.ts'
import { type Layout, layOut } from './layout.ts'
import { readLock } from './lock.ts'
import type { Place } from './operation-files.ts'
import { hasCode } from './runner.ts'

/** Reads a backup's manifest; null when the set is incomplete or gone, or cannot be read. */
export async function readManifest(
  host: Host,
  layout: Layout,
  id: string,
  signal?: AbortSignal,
): Promise<BackupManifest | null> {
  return readReadable(host, layout, id, signal).catch((error: unknown) => {
    if (hasCode(error, 'backup.corrupt')) return null
    throw error
  })
}

/** The same, but throws `backup.corrupt` for one that cannot be read. */
async function readReadable(
  host: Host,
  layout: Layout,
  id: string,
  signal?: AbortSignal,
): Promise<BackupManifest | null> {
  const path = `${layout.backups}/${id}/manifest.json`
  try {
    const bytes = await host.files.read(path, signal === undefined ? {} : { signal })
    return backupManifestSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    if (hasCode(error, 'host.file-missing')) return null
    if (isSlipwayError(error)) throw error
    throw new SlipwayError('backup.corrupt', `What the backup ${id} on ${host.label} holds cannot be read.`, {
      hint: `Look at ${path}. It may have been written by a newer version of this app.`,
      cause: error,
    })
  }
}

/** Complete backups of a project, oldest first. One that cannot be read is left alone. */
export async function listBackups(place: Place, signal?: AbortSignal): Promise<BackupManifest[]> {
  const folders = await readFolders(place, await listFolders(place, signal), signal)
  return folders.flatMap(({ manifest }) => (manifest?.project === place.project ? [manifest] : []))
}

/** What people can look at: complete backups, newest first, and folders that hold none and that nobody writes to. */
export async function viewBackups(place: Place, signal?: AbortSignal): Promise<BackupList> {
  const names = await listFolders(place, signal)
  // Asked between the two: a set that is finished meanwhile has a manifest then.
  const writing = await findWriter(place, signal)
  const folders = await readFolders(place, names, signal)
  const manifests = folders.flatMap(({ manifest }) => (manifest === null ? [] : [manifest]))
  const own = manifests.filter(({ project }) => project === place.project)
  const others = manifests.filter(({ project }) => project !== place.project)
  return {
    backups: own.map(summarizeBackup).reverse(),
    incomplete: folders.flatMap(({ name, manifest, error }) =>
      manifest === null && error === null && name !== writing ? [name] : [],
    ),
    error: folders.find(({ error }) => error !== null)?.error ?? tellOthers(place, others),
  }
}

/** A folder for a backup: without a manifest it is incomplete, with an error it cannot be read. */
interface BackupFolder {
  readonly name: string
  readonly manifest: BackupManifest | null
  readonly error: ErrorShape | null
}

/** Of every project whose records are there. */
function listFolders({ host, slipwayDirectory }: Place, signal?: AbortSignal): Promise<string[]> {
  return listNames(host, layOut(slipwayDirectory).backups, signal)
}

async function readFolders(
  { host, slipwayDirectory }: Place,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<BackupFolder[]> {
  const layout = layOut(slipwayDirectory)
  return Promise.all(
    names.map(async (name) => {
      try {
        return { name, manifest: await readReadable(host, layout, name, signal), error: null }
      } catch (error) {
        if (!hasCode(error, 'backup.corrupt')) throw error
        return { name, manifest: null, error: toErrorShape(error) }
      }
    }),
  )
}

function tellOthers({ host, slipwayDirectory }: Place, others: readonly BackupManifest[]): ErrorShape | null {
  const [other] = others
  if (other === undefined) return null
  const what = `${count(others.length, 'backup')} in ${slipwayDirectory} on ${host.label}`
  return toErrorShape(
    new SlipwayError('operation.other-project', `${what} are of the project ${other.project}, and not shown here.`),
  )
}

/** The operation that is at work on the stack, after which its backup is named; null where none is alive. */
async function findWriter({ host, slipwayDirectory }: Place, signal?: AbortSignal): Promise<string | null> {
  const lock = await readLock(host, slipwayDirectory, signal)
  return lock === null || isStale(lock.heartbeatAt, host.now()) ? null : lock.operationId
}

/** One backup set with everything in it: `backup.not-found` where there is no complete one, `backup.corrupt` where it cannot be read. */
export async function viewOneBackup(place: Place, id: string, signal?: AbortSignal): Promise<BackupView> {
  const { host } = place
  const layout = layOut(place.slipwayDirectory)
  const manifest = isOperationId(id) ? await readReadable(host, layout, id, signal) : null
  if (manifest?.project === place.project) return viewBackup(manifest, `${layout.backups}/${id}`)
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
export async function pruneBackups(place: Place, keep: number, needed: ReadonlySet<string>): Promise<string[]> {
  const backups = await listBackups(place)
  const old = backups.slice(0, Math.max(0, backups.length - keep)).filter(({ id }) => !needed.has(id))
  const { backups: folder } = layOut(place.slipwayDirectory)
  for (const { id } of old) await place.host.files.removeTree(`${folder}/${id}`)
  return old.map(({ id }) => id)
}
