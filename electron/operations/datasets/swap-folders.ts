import { posix } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Stack } from '../../stacks/stack.ts'
import { createShow, HOST_TOOLS } from '../show-command.ts'
import { type ContainerScript, runContainerScript } from './container-script.ts'
import { FOLDER_NEED } from './folder-need.ts'
import {
  FOLDER_EXIT,
  findFolderSwap,
  MEASURE_FOLDER_SCRIPT,
  makeVolume,
  REMOVE_FOLDERS_SCRIPT,
  removeVolume,
  SWAP_FOLDERS_SCRIPT,
} from './folder-swap.ts'
import type { DatasetJob, RestoreRequest } from './kind.ts'
import { type Place, placePath } from './place.ts'
import { requireUnused } from './require-unused.ts'
import { notReplaced } from './restore-errors.ts'
import { parseScriptReport } from './script-report.ts'

const EXITS: ContainerScript['exits'] = {
  [FOLDER_EXIT.gone]: (what, details) =>
    new SlipwayError('backup.restore-failed', `${what}: neither it nor what was restored beside it is there.`, {
      hint: 'Look for the folders whose names end with the operation.',
      details,
    }),
}

/** Puts the restored folder in the place of the present one, and returns what that is called now. */
export async function swapFolders(job: DatasetJob, place: Place, request: RestoreRequest): Promise<string> {
  await requireUnused(job, place)
  const swap = await findFolderSwap(job, place, request)
  await makeVolume(job, swap.volumes.kept)
  const args = [swap.present, swap.fresh, swap.kept]
  const script = { script: SWAP_FOLDERS_SCRIPT, args, volumes: [swap.mount], doing: 'restored', exits: EXITS } as const
  await runContainerScript(job, place, FOLDER_NEED, script)
  await removeVolume(job, swap.volumes.fresh)
  return swap.keptName
}

/** Removes what was restored beside, and nothing that was replaced. */
export async function discardFresh(job: DatasetJob, place: Place, request: RestoreRequest): Promise<void> {
  const swap = await findFolderSwap(job, place, request)
  if (swap.volumes.fresh !== null) return removeVolume(job, swap.volumes.fresh)
  await removeFolder(job, place, swap.mount, swap.fresh)
}

/** Bytes that replaced data takes; null where it is gone. */
export async function measureKept(job: DatasetJob, place: Place, name: string): Promise<number | null> {
  const { mount, folder } = await findKept(job, place, name)
  const volumes = [`${mount}:ro`]
  const script = { script: MEASURE_FOLDER_SCRIPT, args: [folder], volumes, doing: 'read', exits: {} } as const
  const { values } = parseScriptReport(await runContainerScript(job, place, FOLDER_NEED, script))
  return values.size === undefined ? null : Number(values.size)
}

export async function discardKept(job: DatasetJob, place: Place, name: string): Promise<void> {
  if (isWholeVolume(place)) {
    requireKept(job, place, name)
    return removeVolume(job, name)
  }
  const { mount, folder } = await findKept(job, place, name)
  await removeFolder(job, place, mount, folder)
}

/** Shell commands that do the same by hand. */
export function discardKeptCommands(stack: Stack, place: Place, name: string): string[] {
  const show = createShow(stack.session)
  if (isWholeVolume(place)) return [show(['docker', 'volume', 'rm', name])]
  if (place.path === place.destination) return [show(['sudo', 'rm', '--recursive', '--force', name])]
  const mounts = [...HOST_TOOLS, place.mount].flatMap((volume) => ['--volume', volume])
  const run = ['docker', 'run', '--rm', '--network', 'none', '--user', '0:0', ...mounts, '--entrypoint', '/usr/bin/rm']
  return [show([...run, place.container.imageId, '--recursive', '--force', name])]
}

async function findKept(job: DatasetJob, place: Place, name: string) {
  requireKept(job, place, name)
  const swap = await findFolderSwap(job, place, { directory: '', mark: '' })
  const root = posix.dirname(swap.present)
  const folder = isWholeVolume(place) ? posix.join(root, '..', name, '_data') : posix.join(root, posix.basename(name))
  return { mount: swap.mount, folder }
}

/** The name is read from a file on the host: nothing but what a restore has put aside may be touched. */
function requireKept(job: DatasetJob, place: Place, name: string): void {
  const shown = place.path === place.destination && place.volume === null ? place.source : place.path
  const begin = isWholeVolume(place) ? `${place.volume}_slipway_` : `${shown}.slipway-`
  if (!name.startsWith(begin) || !isMarked(name) || name.includes('/../')) throw notReplaced(job, name)
}

function isWholeVolume({ path, destination, volume }: Place): boolean {
  return volume !== null && path === destination
}

/** The place that a name of `swap` is from, where the data set itself does not say it; null where there is none. */
export function findKeptPlace({ stack, dataset }: Pick<DatasetJob, 'stack' | 'dataset'>, name: string): Place | null {
  const original = name.replace(/(_slipway_|\.slipway-)\d{8}T\d{6}Z-[a-z0-9-]+$/, '')
  const mounts = stack.containers[dataset.service]?.[0]?.mounts ?? []
  const mount = mounts.find(({ name: volume, source }) => [volume, source].includes(original))
  const path = mount?.destination ?? (original.startsWith('/') ? original : null)
  if (path === null || !mounts.some(({ destination }) => `${path}/`.startsWith(`${destination}/`))) return null
  return placePath(stack, dataset.service, path)
}

function isMarked(name: string): boolean {
  return /[_-]\d{8}T\d{6}Z-[a-z0-9-]+$/.test(name)
}

async function removeFolder(job: DatasetJob, place: Place, mount: string, folder: string): Promise<void> {
  const script = { script: REMOVE_FOLDERS_SCRIPT, args: [folder], volumes: [mount], doing: 'read', exits: {} } as const
  await runContainerScript(job, place, FOLDER_NEED, script)
}
