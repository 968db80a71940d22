/** Asks a host for its time, and for nothing else. Constant text. */
export const CLOCK_SCRIPT = 'echo "now=$(date +%s%N)"'

/** busybox's date knows whole seconds only. */
const RESOLUTION_MS = 1_000

/** When a look at a host began and ended, by this computer's monotonic clock. */
export interface LookTimes {
  readonly beginMs: number
  readonly endMs: number
}

/** A host's clock minus the clock that took the times of the look, and by how much that may be wrong. */
export interface ClockReading {
  readonly offsetMs: number
  readonly errorMs: number
}

/**
 * Reads the `now=` line of a look, and `begin=` where there is one; null where the host did not say its time. That moment
 * lies half a round trip before the answer came. What the call took beyond the script's own time is two round trips:
 * opening a channel, then the command.
 */
export function readClock(output: string, times: LookTimes): ClockReading | null {
  const end = parseMoment(/^now=(.*)$/m.exec(output)?.[1])
  if (end === null) return null
  const begin = parseMoment(/^begin=(.*)$/m.exec(output)?.[1]) ?? end
  const tripsMs = Math.max(0, times.endMs - times.beginMs - (end - begin))
  return { offsetMs: end - (times.endMs - tripsMs / 4), errorMs: tripsMs + RESOLUTION_MS }
}

function parseMoment(text: string | undefined): number | null {
  // Without nanoseconds it prints the seconds alone, or `%N` behind them.
  const digits = /^\d+/.exec(text ?? '')?.[0]
  if (digits === undefined) return null
  return digits.length >= 19 ? Number(digits.slice(0, -6)) : Number(digits) * 1000
}

/**
 * The time of a host, carried on by this computer's monotonic clock: setting the clock of either does not move it, and
 * the next reading does. Before the first reading it is this computer's time.
 */
export class HostClock {
  readonly #monotonicMs: () => number
  #offsetMs: number | null = null

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#offsetMs === null ? Date.now() : Math.round(this.#monotonicMs() + this.#offsetMs)
  }

  /** A reading that only confirms what is known changes nothing: times of one journal would jump to and fro with the line. */
  correct(reading: ClockReading | null): void {
    if (reading === null) return
    const { offsetMs, errorMs } = reading
    if (this.#offsetMs === null || Math.abs(offsetMs - this.#offsetMs) > errorMs) this.#offsetMs = offsetMs
  }
}
