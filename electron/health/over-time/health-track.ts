import type { Observed } from '../../../shared/contract/monitor.ts'
import type { Stretch } from '../../../shared/monitor/timeline.ts'
import type { TimelineStore } from '../../storage/stored-timelines.ts'
import { type Moment, timeBetween } from './clock.ts'
import type { Saving } from './save-together.ts'

/** As much is held in memory, so that the page of all hosts asks no disk: a day, and an hour for its edges. */
const HELD_MS = 25 * 3_600_000

export interface HealthTrackOptions {
  readonly store: TimelineStore
  readonly stack: number
  /** How often somebody looks. */
  readonly intervalMs: number
}

/** Notes in which state a stack is seen, look by look. Only time between two looks that followed each other counts. */
export class HealthTrack implements Saving {
  readonly #options: HealthTrackOptions
  #held: Stretch[]
  #last: { readonly moment: Moment; readonly state: Observed } | null = null
  readonly #unsaved = new Map<number, Stretch>()

  constructor(options: HealthTrackOptions, nowMs: number) {
    this.#options = options
    this.#held = this.#read(nowMs)
  }

  /** The stretches of the last day, oldest first. */
  get recent(): readonly Stretch[] {
    return this.#held
  }

  /** The state at the last look; null: nobody looks at present. */
  get state(): Observed | null {
    return this.#last?.state ?? null
  }

  /** When somebody looked last; null: nobody looks at present. */
  get lastLookMs(): number | null {
    return this.#last === null ? null : (this.#held.at(-1)?.toMs ?? null)
  }

  /** When the present state began, as far back as it was observed without a break. */
  get sinceMs(): number | null {
    return this.#last === null ? null : (this.#held.at(-1)?.fromMs ?? null)
  }

  /** How the time since the last look is to be taken. `gap` too where nobody looked before. */
  lookAgain(now: Moment): 'continuous' | 'gap' | 'back' {
    if (this.#last === null) return 'gap'
    const between = timeBetween(this.#last.moment, now, this.#options.intervalMs)
    if (between !== 'continuous') this.#last = null
    // What is stored for later times stays, until they are observed again.
    if (between === 'back') this.#held = endingAt(this.#held, now.wallMs)
    return between
  }

  /** This state holds from now on until the next look. The state of the look before held until now. */
  note(now: Moment, state: Observed): void {
    const before = this.#last
    const atMs = Math.max(now.wallMs, this.#held.at(-1)?.toMs ?? 0)
    if (before !== null) this.#prolong(atMs)
    if (before === null || before.state !== state) this.#put({ fromMs: atMs, toMs: atMs, state })
    this.#last = { moment: now, state }
    this.#held = this.#held.filter(({ toMs }) => toMs > now.wallMs - HELD_MS)
  }

  /** Nobody looks from now on. The time since the last look stays unobserved. */
  stop(): void {
    this.#last = null
  }

  /** Drops what was noted for these times. */
  unsay(fromMs: number, toMs: number): void {
    this.#options.store.dropWithin(this.#options.stack, fromMs, toMs)
    this.#held = endingAt(this.#held, fromMs)
  }

  /** Drops what was noted since it was saved. */
  discard(nowMs: number): void {
    this.#unsaved.clear()
    this.#last = null
    this.#held = this.#read(nowMs)
  }

  /** Writes what has changed. It is known to be so after `saved`. */
  save(): void {
    const { store, stack } = this.#options
    store.save(
      stack,
      [...this.#unsaved.values()].filter(({ fromMs, toMs }) => toMs > fromMs),
    )
  }

  saved(): void {
    this.#unsaved.clear()
  }

  #read(nowMs: number): Stretch[] {
    const { store, stack } = this.#options
    return endingAt(store.read(stack, nowMs - HELD_MS, nowMs), nowMs)
  }

  #prolong(toMs: number): void {
    const open = this.#held.at(-1)
    if (open !== undefined) this.#put({ ...open, toMs })
  }

  #put(stretch: Stretch): void {
    const last = this.#held.at(-1)
    if (last !== undefined && last.fromMs === stretch.fromMs) this.#held.pop()
    this.#held.push(stretch)
    this.#unsaved.set(stretch.fromMs, stretch)
  }
}

/** What reaches beyond `endMs` was noted before the clock was set back. */
function endingAt(stretches: readonly Stretch[], endMs: number): Stretch[] {
  return stretches.filter(({ fromMs }) => fromMs < endMs).map((one) => ({ ...one, toMs: Math.min(one.toMs, endMs) }))
}
