import type { Mark, Segment } from '../../../shared/contract/monitor.ts'

export interface Part extends Segment {
  /** Percent of the width. */
  readonly left: number
  readonly width: number
}

/** The segments as they lie between two times, cut at both ends. */
export function placeSegments(segments: readonly Segment[], fromMs: number, toMs: number): readonly Part[] {
  const span = toMs - fromMs
  if (!(span > 0)) return []
  return segments.flatMap((segment) => {
    const begin = Math.max(fromMs, Date.parse(segment.from))
    const end = Math.min(toMs, Date.parse(segment.to))
    if (!(end > begin)) return []
    return [{ ...segment, left: ((begin - fromMs) / span) * 100, width: ((end - begin) / span) * 100 }]
  })
}

/** The segment at a time; null where none is known. */
export function segmentAt(segments: readonly Segment[], ms: number): Segment | null {
  return segments.find(({ from, to }) => Date.parse(from) <= ms && ms < Date.parse(to)) ?? null
}

/** What is marked at a time; what has no end, or hardly any length, is found within the given distance. */
export function marksAt(marks: readonly Mark[], ms: number, nearMs: number): readonly Mark[] {
  return marks.filter(({ kind, from, to, unseen = [] }) => {
    const begin = Date.parse(from)
    const end = to === null ? (kind === 'restart' ? begin : Number.POSITIVE_INFINITY) : Date.parse(to)
    // How an incident was while nobody looked nobody knows.
    if (unseen.some((one) => Date.parse(one.from) <= ms && (one.to === null || ms < Date.parse(one.to)))) return false
    return begin - nearMs <= ms && ms <= end + nearMs
  })
}
