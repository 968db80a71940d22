import type { LogFilter } from '../../../shared/contract/logs.ts'
import { KIND } from './chunk.ts'
import { type Entries, indexOf, type Ref } from './entries.ts'
import { EntryFilter, type FilterContext } from './entry-filter.ts'
import { Histogram } from './histogram.ts'
import { OrderedRefs } from './ordered-refs.ts'

/** Places are counted from here, so that older rows can be put before the first that was there. */
const FIRST_PLACE = 1_000_000_000
/** So often a run looks at the clock. */
const CLOCK_EVERY = 1_024

/** The entries that pass one filter, in order. A new filter is applied newest first, in slices. */
export class View {
  revision = 0
  reordered = 0
  filter: LogFilter
  readonly histogram = new Histogram()
  /** What a search found on the host, older than what is held of its own container, but not of every other. */
  readonly found = new OrderedRefs()
  /** A row says that lines between what was found and what is held were let go. */
  hasHole = false
  readonly #matches = new OrderedRefs()
  readonly #context: FilterContext
  readonly #order: OrderedRefs
  #entryFilter: EntryFilter
  /** So many of the oldest entries have not been asked yet. */
  #unasked: number
  /** Place of the first of the matches, were nothing found: each found row makes the first place one less. */
  #firstMatch = FIRST_PLACE

  constructor(filter: LogFilter, order: OrderedRefs, context: FilterContext) {
    this.filter = filter
    this.#context = context
    this.#order = order
    this.#entryFilter = new EntryFilter(filter, context)
    this.#unasked = order.length
  }

  /** Throws `input.invalid` and stays as it is where the filter cannot be applied. */
  setFilter(filter: LogFilter): void {
    this.#entryFilter = new EntryFilter(filter, this.#context)
    this.filter = filter
    this.revision += 1
    this.#matches.clear()
    this.histogram.clear()
    this.#firstMatch = FIRST_PLACE
    this.#unasked = this.#order.length
  }

  get bounds(): EntryFilter['bounds'] {
    return this.#entryFilter.bounds
  }

  get isFiltering(): boolean {
    return this.#unasked > 0
  }

  get firstPlace(): number {
    return this.#firstMatch - this.found.length
  }

  get count(): number {
    return this.found.length + this.#matches.length
  }

  /** The entry at a place; undefined: there is none. */
  at(place: number): Ref | undefined {
    const index = place - this.firstPlace
    if (index < 0 || index >= this.count) return undefined
    const inFound = this.#foundUpTo(index)
    const inMatches = index - inFound
    if (inFound === this.found.length) return this.#matches.at(inMatches)
    const found = this.found.at(inFound)
    const isMatch = inMatches < this.#matches.length && this.#entries.isBefore(this.#matches.at(inMatches), found)
    return isMatch ? this.#matches.at(inMatches) : found
  }

  /** How many of the first so many, in order, were found by a search. */
  #foundUpTo(index: number): number {
    let [low, high] = [Math.max(0, index - this.#matches.length), Math.min(index, this.found.length)]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#entries.isBefore(this.#matches.at(index - middle - 1), this.found.at(middle))) high = middle
      else low = middle + 1
    }
    return low
  }

  passes(ref: Ref): boolean {
    return this.#entryFilter.passes(ref)
  }

  /** Which of the refs that are about to be put into the order are to be asked now: the others a run comes by. */
  beforeMerge(refs: readonly Ref[]): readonly Ref[] {
    if (this.#unasked === 0) return refs
    const { isBefore } = this.#entries
    const boundary = this.#order.at(Math.min(this.#unasked, this.#order.length - 1))
    const late = refs.findIndex((ref) => !isBefore(ref, boundary))
    const skipped = late === -1 ? refs.length : late
    this.#unasked += skipped
    return refs.slice(skipped)
  }

  /** Takes those of the refs, which are in order, that pass. */
  add(refs: readonly Ref[]): void {
    const passing = refs.filter((ref) => this.#entryFilter.passes(ref))
    const isBeforeFound = this.#isBefore(passing[0], this.found.last)
    if (this.#matches.merge(passing, this.#entries.isBefore) > 0 || isBeforeFound) this.reordered += 1
    for (const ref of passing) this.#count(ref)
  }

  /** The oldest of the order is being let go. */
  letGoFirst(ref: Ref): void {
    if (this.#unasked > 0) this.#unasked -= 1
    else if (this.#matches.first === ref) {
      this.#matches.removeFirst()
      this.#firstMatch += 1
      // What was found keeps its place before the matches, which is another one now.
      if (this.found.length > 0) this.reordered += 1
      this.#uncount(ref)
    }
  }

  /**
   * Goes on applying the filter, newest first, until the time is over or an entry is not wanted. Returns whether there
   * is more to do.
   */
  run(untilMs: number, isWanted: (ref: Ref) => boolean = () => true): boolean {
    const before = this.#firstMatch
    const isOver = this.#run(untilMs, isWanted)
    // What was found keeps its place before the matches, which is another one now.
    if (this.found.length > 0 && this.#firstMatch !== before) this.reordered += 1
    return !isOver
  }

  #run(untilMs: number, isWanted: (ref: Ref) => boolean): boolean {
    for (let asked = 1; this.#unasked > 0; asked++) {
      if (asked % CLOCK_EVERY === 0 && performance.now() >= untilMs) return false
      const ref = this.#order.at(this.#unasked - 1)
      if (!isWanted(ref)) return false
      this.#entryFilter.prepare(ref)
      this.#unasked -= 1
      if (!this.#entryFilter.passes(ref)) continue
      this.#matches.prepend(ref)
      this.#firstMatch -= 1
      this.#count(ref)
    }
    return true
  }

  addFound(refs: readonly Ref[]): void {
    const isBehindMatch = this.#isBefore(this.#matches.first, refs.at(-1))
    if (this.found.merge(refs, this.#entries.isBefore) > 0 || isBehindMatch) this.reordered += 1
    for (const ref of refs) this.#count(ref)
  }

  /** What was found is shown no more. It is still held. */
  clearFound(): void {
    if (this.found.length === 0) return
    for (let index = 0; index < this.found.length; index++) this.#uncount(this.found.at(index))
    this.found.clear()
    this.hasHole = false
    this.reordered += 1
  }

  /** All places from a time on begin here; null: the view is empty. */
  placeOf(isAtOrAfter: (ref: Ref) => boolean): number | null {
    if (this.count === 0) return null
    const index = this.found.findFirst(isAtOrAfter) + this.#matches.findFirst(isAtOrAfter)
    return this.firstPlace + Math.min(index, this.count - 1)
  }

  /** The refs as they are now. */
  copy(): Uint32Array {
    if (this.found.length === 0) return this.#matches.copy()
    return Uint32Array.from({ length: this.count }, (_, index) => this.at(this.firstPlace + index) as Ref)
  }

  #isBefore(a: Ref | undefined, b: Ref | undefined): boolean {
    return a !== undefined && b !== undefined && this.#entries.isBefore(a, b)
  }

  get #entries(): Entries {
    return this.#context.entries
  }

  #count(ref: Ref): void {
    const chunk = this.#entries.chunk(ref)
    const index = indexOf(ref)
    if (chunk.kinds[index] !== KIND.line) return
    this.histogram.add(chunk.timesMs[index] as number, chunk.levels[index] as number)
  }

  #uncount(ref: Ref): void {
    const chunk = this.#entries.chunk(ref)
    const index = indexOf(ref)
    if (chunk.kinds[index] !== KIND.line) return
    this.histogram.remove(chunk.timesMs[index] as number, chunk.levels[index] as number)
  }
}
