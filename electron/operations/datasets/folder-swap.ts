import { posix } from 'node:path'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { flush } from '../flush.ts'
import type { DatasetJob, RestoreRequest } from './kind.ts'
import type { Place } from './place.ts'

/**
 * A folder of data, the one that is restored beside it, and the one that the present data is moved to: all three below
 * one mount, so that renaming takes no time and no space, however much there is.
 */
export interface FolderSwap {
  /** `docker run --volume` value. */
  readonly mount: string
  /** As a container with the mount sees them. */
  readonly present: string
  readonly fresh: string
  readonly kept: string
  /** What people find the replaced data under: a volume, a folder of the host, a path in the container. */
  readonly keptName: string
  /** Volumes of the engine that have to be there; empty where folders do. */
  readonly volumes: { readonly fresh: string | null; readonly kept: string | null }
}

const volumeSchema = z.object({
  Driver: z.string(),
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
})

/** Where the mount's parent, or the mount itself, is shown. */
const ROOT = '/slipway-data'
const LABEL = 'slipway.operation'

/** Finds out how a data set's folder can be swapped. `backup.restore-failed` where it cannot. */
export async function findFolderSwap(job: DatasetJob, place: Place, request: RestoreRequest): Promise<FolderSwap> {
  const { mark } = request
  if (place.path !== place.destination) {
    const inside = posix.join(ROOT, posix.relative(place.destination, place.path))
    return beside(`${place.source}:${ROOT}`, inside, place.path, mark)
  }
  if (place.volume === null) {
    const [parent, name] = [posix.dirname(place.source), posix.basename(place.source)]
    return beside(`${parent}:${ROOT}`, `${ROOT}/${name}`, place.source, mark)
  }
  const root = await findVolumesRoot(job, place.volume)
  const names = { fresh: `${place.volume}_slipway_new_${mark}`, kept: `${place.volume}_slipway_${mark}` }
  return {
    mount: `${root}:${ROOT}`,
    present: `${ROOT}/${place.volume}/_data`,
    fresh: `${ROOT}/${names.fresh}/_data`,
    kept: `${ROOT}/${names.kept}/_data`,
    keptName: names.kept,
    volumes: names,
  }
}

function beside(mount: string, present: string, shown: string, mark: string): FolderSwap {
  return {
    mount,
    present,
    fresh: `${present}.slipway-new-${mark}`,
    kept: `${present}.slipway-${mark}`,
    keptName: `${shown}.slipway-${mark}`,
    volumes: { fresh: null, kept: null },
  }
}

/** Only the engine's own plain volumes are folders that can be renamed; others are mounts of something else. */
async function findVolumesRoot({ cli, host, signal }: DatasetJob, volume: string): Promise<string> {
  const { stdout } = await cli.run(['volume', 'inspect', '--format', '{{json .}}', volume], { signal })
  const { Driver, Mountpoint, Options } = volumeSchema.parse(JSON.parse(stdout))
  const isPlain = Driver === 'local' && Object.keys(Options ?? {}).length === 0
  if (isPlain && Mountpoint.endsWith(`/${volume}/_data`)) return Mountpoint.slice(0, -`/${volume}/_data`.length)
  throw new SlipwayError(
    'backup.restore-failed',
    `The volume ${volume} on ${host.label} is of the driver ${Driver} with options of its own, so it cannot be swapped.`,
    { state: 'The present data was not touched.', hint: "Unpack the backup's archive into it by hand." },
  )
}

/** Makes a volume that carries what it is, for whoever finds it. One that is there stays as it is. */
export async function makeVolume(
  { cli, signal, dataset, operationId }: DatasetJob,
  volume: string | null,
): Promise<void> {
  if (volume === null) return
  const labels = ['--label', `${LABEL}=${operationId}`, '--label', `slipway.dataset=${dataset.id}`]
  await cli.run(['volume', 'create', ...labels, volume], { signal })
}

/** Missing is no error. */
export async function removeVolume({ cli, signal }: DatasetJob, volume: string | null): Promise<void> {
  if (volume !== null) await cli.run(['volume', 'rm', '--force', volume], { signal })
}

/** Exit codes of the scripts below. */
export const FOLDER_EXIT = { gone: 71, covered: 72 } as const

/** `PRESENT FRESH KEPT`: what was interrupted is gone on with, what is done is left. */
export const SWAP_FOLDERS_SCRIPT = `set -eu
present=$1 fresh=$2 kept=$3
if [ ! -d "$fresh" ]; then
  [ -d "$present" ] || exit ${FOLDER_EXIT.gone}
  exit 0
fi
if [ -d "$present" ]; then
  if [ -d "$kept" ] && ! rmdir "$kept" 2>/dev/null; then
    # Swapped already: what is present was restored before, and nobody has used it since.
    rm -rf -- "$fresh"
    exit 0
  fi
  mv -T -- "$present" "$kept"
fi
mv -T -- "$fresh" "$present"
${flush('"$present"')}
# On another disk it is a copy.
[ ! -d "$kept" ] || { ${flush('"$kept"')}; }
`

/** `FOLDER`: bytes that it takes; nothing where it is gone. */
export const MEASURE_FOLDER_SCRIPT = `set -eu
[ -d "$1" ] || exit 0
du -s -B 1 -- "$1" > /slipway-size
printf 'size\\t%s\\n' "$(cut -f 1 /slipway-size)"
`

/** `FOLDER…` */
export const REMOVE_FOLDERS_SCRIPT = `set -eu
rm -rf -- "$@"
`
