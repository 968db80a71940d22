import { formatBytes } from '../../shared/format-bytes.ts'
import { type Finding, failed, passed, warning } from './preflight.ts'

/** A disk that is filled to the last byte stops the engine, and every database with it. */
const SPARE_BYTES = 256 * 1024 * 1024

/** Data that an operation, or its rollback, may restore beside the present one. */
export interface PossibleRestore {
  /** What it is for, as in `3 GB … needed: 1 GB WHAT`. */
  readonly what: string
  /** `leastBytes`: what is known of its size without looking at the present data. */
  readonly datasets: readonly { readonly id: string; readonly leastBytes: number }[]
}

interface Need {
  readonly bytes: number
  readonly what: string
}

/** How much each of them takes: as much as the data does now, or more where the copy is known to be larger. */
export function needOfRestores(
  restores: readonly PossibleRestore[],
  sizes: Readonly<Record<string, number>>,
): readonly Need[] {
  return restores.map(({ what, datasets }) => ({
    what,
    bytes: datasets.reduce((sum, { id, leastBytes }) => sum + Math.max(sizes[id] ?? 0, leastBytes), 0),
  }))
}

/** Whether it all fits at once: what was replaced is kept, so nothing is freed meanwhile. */
export function judgeSpace(
  space: { readonly path: string; readonly freeBytes: number },
  needs: readonly Need[],
  isAllKnown: boolean,
): Finding {
  const needed = needs.reduce((sum, { bytes }) => sum + bytes, 0)
  const parts = needs.filter(({ bytes }) => bytes > 0).map(({ bytes, what }) => `${formatBytes(bytes)} ${what}`)
  const list = parts.length === 0 ? '' : `: ${parts.join(', ')}`
  const figures = `${formatBytes(space.freeBytes)} free in ${space.path}, about ${formatBytes(needed)} needed${list}.`
  if (space.freeBytes < needed + SPARE_BYTES / 8) return failed(figures, 'Free some space: docker image prune')
  if (space.freeBytes < needed + SPARE_BYTES) return warning(figures, 'It will be tight.')
  return isAllKnown ? passed(figures) : warning(`${figures} The registry does not say how large every image is.`)
}
