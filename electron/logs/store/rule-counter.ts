/**
 * Counts what comes within a stretch of time, and says when it is more than is allowed: once, and not again before as
 * long a time has passed, so that a flood is one notice and not thousands.
 */
export class RuleCounter {
  readonly #withinMs: number
  /** The times of the last that came, one more than is allowed, the oldest at `#next`. */
  readonly #times: Float64Array
  #next = 0
  #total = 0
  #quietUntilMs = Number.NEGATIVE_INFINITY

  constructor(moreThan: number, withinMs: number) {
    this.#withinMs = withinMs
    this.#times = new Float64Array(moreThan + 1).fill(Number.NEGATIVE_INFINITY)
  }

  /** How many there were when it was too many; null: it is not, or it was told already. */
  add(timeMs: number): number | null {
    this.#times[this.#next] = timeMs
    this.#next = (this.#next + 1) % this.#times.length
    this.#total += 1
    const oldest = this.#times[this.#next] as number
    if (this.#total < this.#times.length || timeMs - oldest > this.#withinMs || timeMs < this.#quietUntilMs) return null
    this.#quietUntilMs = timeMs + this.#withinMs
    return this.#times.length
  }
}
