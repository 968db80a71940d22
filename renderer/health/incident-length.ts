import type { Unseen } from '../../shared/contract/monitor.ts'
import { formatAge, formatDuration } from '../lib/format.ts'
import { shortMoment } from '../lib/time-axis.ts'

/** A time with what of it nobody observed. */
export interface SeenInPart {
  readonly from: string
  /** Null: it goes on, as far as anybody knows. */
  readonly to: string | null
  readonly unseen: readonly Unseen[]
}

export interface LengthWords {
  readonly length: string
  /** What is not known of it; null where somebody looked all the time. */
  readonly doubt: string | null
}

/** How long something lasted, as far as it was observed: time in which nobody looked is said, and never counted. */
export function lengthWords({ from, to, unseen }: SeenInPart, nowMs: number): LengthWords {
  const endOf = (end: string | null) => (end === null ? nowMs : Date.parse(end))
  const unseenMs = unseen.reduce((sum, one) => sum + endOf(one.to) - Date.parse(one.from), 0)
  const seenMs = endOf(to) - Date.parse(from) - unseenMs
  const last = unseen.at(-1)
  if (last === undefined) {
    return { length: to === null ? `open for ${formatAge(seenMs)}` : formatDuration(seenMs), doubt: null }
  }
  const length = `at least ${to === null ? formatAge(seenMs) : formatDuration(seenMs)}`
  if (last.to === null) return { length, doubt: `not observed since ${shortMoment(Date.parse(last.from), nowMs)}` }
  if (last.to === to) return { length, doubt: `then not observed until ${shortMoment(Date.parse(to), nowMs)}` }
  return { length, doubt: `not observed for ${formatDuration(unseenMs)} in between` }
}

/** The parts of it that somebody observed, in milliseconds since 1970. */
export function seenParts(
  { from, to, unseen }: SeenInPart,
  nowMs: number,
): { readonly from: number; readonly to: number }[] {
  const edges = [
    Date.parse(from),
    ...unseen.flatMap((one) => [Date.parse(one.from), one.to === null ? nowMs : Date.parse(one.to)]),
    to === null ? nowMs : Date.parse(to),
  ]
  return edges.flatMap((begin, index) => {
    const end = edges[index + 1]
    return index % 2 === 0 && end !== undefined && end > begin ? [{ from: begin, to: end }] : []
  })
}
