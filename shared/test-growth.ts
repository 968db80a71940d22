/** Shorter times tell nothing: other work of the machine takes as long. */
const SHORTEST_MS = 20
/** Four times as much takes four times as long, and sixteen times where the work is quadratic. */
const LIMIT = 10
/** A busy machine makes some runs slow, but not all of them. */
const TRIES = 3

/** For tests: whether four times as much work takes about four times as long, and not the square of that. */
export function isLinear(work: (size: number) => unknown, size: number): boolean {
  let [few, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let tries = 0; tries < TRIES; tries++) {
    few = Math.min(
      few,
      timeMs(() => work(size)),
    )
    many = Math.min(
      many,
      timeMs(() => work(4 * size)),
    )
    if (many < LIMIT * Math.max(few, SHORTEST_MS)) return true
  }
  return false
}

function timeMs(work: () => unknown): number {
  const began = Date.now()
  work()
  return Date.now() - began
}
