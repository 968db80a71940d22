/** First pause after a lost connection. */
const FIRST_MS = 1_000
/** Longest pause: a host that comes back is noticed within this time. */
const LONGEST_MS = 60_000
/** Share of the pause that is random, so that many laptops do not return in one instant. */
const JITTER = 0.4

/** Pause before reconnect attempt `attempt` (from 1), in milliseconds; `random` is 0 to 1. */
export function backoffMs(attempt: number, random: number = Math.random()): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16))
  return Math.round(full * (1 - JITTER + JITTER * random))
}
