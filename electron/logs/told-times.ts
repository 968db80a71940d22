/**
 * So many of the latest times are remembered. After a rotation some engines repeat lines, some ten of them; a host whose
 * clock is set back by seconds writes some thousand.
 */
const REMEMBERED = 4_096

/** The latest times of lines that were told, in order. Times are in two halves, as in `LogLines`, low one first. */
export class ToldTimes {
  readonly #lows = new Uint32Array(REMEMBERED)
  readonly #highs = new Uint32Array(REMEMBERED)
  /** Where the oldest is: the others follow it round. */
  #first = 0
  #count = 0

  /** Adds one that is later than all. */
  push(low: number, high: number): void {
    if (this.#count === REMEMBERED) this.#first = (this.#first + 1) % REMEMBERED
    else this.#count += 1
    this.#set(this.#count - 1, low, high)
  }

  /** Whether a time is told, is not, or is older than what is remembered (`unknown`). */
  ask(low: number, high: number): 'told' | 'new' | 'unknown' {
    const index = this.#countBefore(low, high)
    if (index < this.#count && this.#compare(index, low, high) === 0) return 'told'
    return index === 0 ? 'unknown' : 'new'
  }

  /** Adds one where it belongs. */
  insert(low: number, high: number): void {
    if (this.#count === REMEMBERED) {
      this.#first = (this.#first + 1) % REMEMBERED
      this.#count -= 1
    }
    const index = this.#countBefore(low, high)
    for (let at = this.#count; at > index; at--) this.#set(at, this.#low(at - 1), this.#high(at - 1))
    this.#set(index, low, high)
    this.#count += 1
  }

  #countBefore(low: number, high: number): number {
    let [from, to] = [0, this.#count]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#compare(middle, low, high) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  #compare(index: number, low: number, high: number): number {
    return this.#high(index) === high ? this.#low(index) - low : this.#high(index) - high
  }

  #low(index: number): number {
    return this.#lows[(this.#first + index) % REMEMBERED] as number
  }

  #high(index: number): number {
    return this.#highs[(this.#first + index) % REMEMBERED] as number
  }

  #set(index: number, low: number, high: number): void {
    this.#lows[(this.#first + index) % REMEMBERED] = low
    this.#highs[(this.#first + index) % REMEMBERED] = high
  }
}
