/**
 * Two clocks. The wall clock says when something was; people set it, and it goes on while the computer sleeps. The
 * monotonic one says how long something took; on most systems it stands still during sleep.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  wallMs(): number
  /** Milliseconds since some moment; never goes back. */
  monotonicMs(): number
}

export const systemClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }

/** One moment by both clocks. */
export interface Moment {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function readClock(clock: Clock): Moment {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() }
}

/** The clock is set back by less than this when it is kept in step with others: no time is in doubt for that. */
const SMALL_STEP_MS = 5_000
/** A look may be late by so many intervals before it is said that nobody looked. */
const LATE_INTERVALS = 2.5

/**
 * What lies between two looks: `continuous` where somebody looked all the time; `gap` where nobody did (the app or
 * the computer slept, or the clock was set forward: by these clocks the two look alike); `back` where the clock was
 * set back, so that what was noted since then bears a wrong time.
 */
export function timeBetween(before: Moment, now: Moment, intervalMs: number): 'continuous' | 'gap' | 'back' {
  const wall = now.wallMs - before.wallMs
  const monotonic = now.monotonicMs - before.monotonicMs
  if (wall < -SMALL_STEP_MS || wall - monotonic < -LATE_INTERVALS * intervalMs) return 'back'
  return spanBetween(before, now) > LATE_INTERVALS * intervalMs ? 'gap' : 'continuous'
}

/**
 * How long it was from one moment to another: what goes on elsewhere goes on while this computer sleeps, too. A clock
 * that is set forward makes it too long, and never too short.
 */
export function spanBetween(before: Moment, now: Moment): number {
  return Math.max(now.wallMs - before.wallMs, now.monotonicMs - before.monotonicMs)
}
