const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Steps that a person counts in. */
const STEPS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
  7 * DAY,
  10 * DAY,
  30 * DAY,
  60 * DAY,
]

export interface TimeTick {
  readonly at: number
  readonly label: string
}

/** At most so many ticks at round times of the reader's own clock, each with its label. */
export function timeTicks(fromMs: number, toMs: number, most: number): readonly TimeTick[] {
  const span = toMs - fromMs
  if (!(span > 0)) return []
  const step = STEPS.find((one) => span / one <= most) ?? 90 * DAY
  const ticks: TimeTick[] = []
  for (let at = firstTick(fromMs, step); at <= toMs; at = nextTick(at, step)) {
    ticks.push({ at, label: tickLabel(at, step) })
  }
  return ticks
}

/** The first round time at or after the beginning. Counted from the local midnight, so that 06:00 is where people are. */
function firstTick(fromMs: number, step: number): number {
  const midnight = new Date(fromMs)
  midnight.setHours(0, 0, 0, 0)
  let at = midnight.getTime()
  while (at < fromMs) at = nextTick(at, step)
  return at
}

/** Whole days are counted by the calendar, which has days of 23 and of 25 hours. */
function nextTick(at: number, step: number): number {
  if (step < DAY) return at + step
  const date = new Date(at)
  date.setDate(date.getDate() + step / DAY)
  return date.getTime()
}

function tickLabel(at: number, step: number): string {
  const date = new Date(at)
  if (step >= DAY || (date.getHours() === 0 && date.getMinutes() === 0 && step >= HOUR)) {
    return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
  }
  const clock = { hour: '2-digit', minute: '2-digit', hour12: false } as const
  return date.toLocaleTimeString(undefined, step < MINUTE ? { ...clock, second: '2-digit' } : clock)
}

/** `14:02`, or with the day where it is not today's. */
export function shortMoment(ms: number, nowMs: number): string {
  const date = new Date(ms)
  const clock = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
  if (date.toDateString() === new Date(nowMs).toDateString()) return clock
  return `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${clock}`
}
