import type { MonitoredStack, StackFacts } from '../../storage/stored-timelines.ts'
import type { Figure } from './figure-taker.ts'
import type { HappeningMark } from './happening-watch.ts'
import type { Stores } from './roll-up.ts'
import type { Saving } from './save-together.ts'

/** Four hours of looks. A disk that stays full for longer must not fill the memory too: the oldest make room. */
const MOST_SAMPLES = 1000
const MOST_MARKS = 1000

/** What was noted of a stack beside its states, until it is written. */
export class UnsavedNotes implements Saving {
  readonly #stores: Stores
  readonly #stack: number
  readonly #marks = new Map<string, HappeningMark>()
  #samples: { readonly atMs: number; readonly figures: readonly Figure[] }[] = []
  #facts: StackFacts | null = null

  constructor(stores: Stores, { number }: MonitoredStack) {
    this.#stores = stores
    this.#stack = number
  }

  addFigures(atMs: number, figures: readonly Figure[]): void {
    this.#samples.push({ atMs, figures })
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift()
  }

  addMarks(marks: readonly HappeningMark[]): void {
    for (const mark of marks) this.#marks.set(mark.id, mark)
    for (const id of [...this.#marks.keys()].slice(0, -MOST_MARKS)) this.#marks.delete(id)
  }

  setFacts(facts: StackFacts): void {
    this.#facts = facts
  }

  save(): void {
    const { timelines, samples } = this.#stores
    for (const { atMs, figures } of this.#samples) {
      const values = new Map(figures.map(({ key, value }) => [samples.numberOf(this.#stack, key), value]))
      samples.add(this.#stack, 'raw', { atMs, values })
    }
    for (const mark of this.#marks.values()) timelines.mark(this.#stack, mark)
    if (this.#facts !== null) timelines.setFacts(this.#stack, this.#facts)
  }

  saved(): void {
    this.discard()
    this.#facts = null
  }

  /** Drops what bears a time; a name or a version does not. */
  discard(): void {
    this.#samples = []
    this.#marks.clear()
  }
}
