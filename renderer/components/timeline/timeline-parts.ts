import type { Mark, Segment } from '../../../shared/contract/monitor.ts'
import { worstOfParts } from '../../../shared/monitor/timeline.ts'
import { runsOf } from '../../lib/observed.ts'

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

/** More than these cannot be told apart, and a page with tens of thousands of them is slow. */
const MOST_PARTS = 720

/** What is drawn: each segment, or, of very many, the worst in each part of the time. */
export function drawnParts(segments: readonly Segment[], fromMs: number, toMs: number): readonly Part[] {
  if (segments.length <= MOST_PARTS) return placeSegments(segments, fromMs, toMs)
  const stretches = segments.map(({ from, to, state }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to), state }))
  const worst = worstOfParts(stretches, { fromMs, toMs, parts: MOST_PARTS })
  const at = (part: number) => new Date(fromMs + ((toMs - fromMs) * part) / MOST_PARTS).toISOString()
  const runs = runsOf(worst).map(({ state, from, length }) => ({ state, from: at(from), to: at(from + length) }))
  return placeSegments(runs, fromMs, toMs)
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
