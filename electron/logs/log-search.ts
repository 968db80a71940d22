import type { LogViewState } from '../../shared/contract/logs.ts'
import { isCancellation, toErrorShape } from '../../shared/errors.ts'
import { pause } from '../hosts/pause.ts'
import { DeliveryCursor } from './delivery-cursor.ts'
import type { SharedLog } from './shared-log.ts'
import { fromIso, fromNs, toIso, toNs } from './store/engine-time.ts'

type SearchState = NonNullable<LogViewState['search']>

/** So many make a page worth reading; whoever wants more goes on. */
const ENOUGH_FOUND = 500
const FIRST_WINDOW_NS = 60_000_000_000n
/** A window is read whole: larger ones would not be cancelled or shown in time. */
const LONGEST_WINDOW_NS = 86_400_000_000_000n
/** Windows grow as long as they bring little. */
const GROWTH = 4n
const MANY_LINES = 50_000
/** What is read on either side of a moment, and how many lines of it fill a screen. */
const FIRST_SIDE_NS = 5_000_000_000n
const ENOUGH_AROUND = 100
const OVERLAP_NS = 1_000_000_000n
const TAIL_WAIT_MS = 200

const NOTHING: SearchState = {
  state: 'running',
  at: null,
  lookedBackTo: null,
  readLines: 0,
  foundLines: 0,
  error: null,
}

export interface LogSearchOptions {
  readonly viewId: string
  readonly log: Pick<SharedLog, 'store'> & { readonly tail: Pick<SharedLog['tail'], 'source'> }
  readonly onChange: () => void
}

/** Of whom, and from when to when there is something to be read: both ends inclusive. */
interface SearchRange {
  readonly revision: number
  readonly services: readonly string[] | null
  readonly firstNs: bigint
  readonly lastNs: bigint
}

/** A stretch of time, both ends inclusive, and how far each container was read in it. */
interface SearchWindow {
  readonly sinceNs: bigint
  readonly untilNs: bigint
  readonly cursors: Map<string, DeliveryCursor>
}

/** Looks through what the host still has for what passes a view's filter. */
export class LogSearch {
  readonly #options: LogSearchOptions
  #run: AbortController | null = null
  /** Everything from here on was looked at, for this filter. */
  #lookedBackTo: bigint | null = null
  /** Not read to its end, because the search was cancelled or cut off: the next one goes on in it. */
  #unfinished: SearchWindow | null = null
  state: SearchState | null = null

  constructor(options: LogSearchOptions) {
    this.#options = options
  }

  /** Backwards in growing windows; begins, or goes on where an earlier search has stopped. One that runs goes on. */
  start(): void {
    const isOther = this.state !== null && this.state.at !== null
    if (isOther) this.forget()
    else if (this.#run !== null || this.state?.state === 'exhausted' || this.state?.state === 'full') return
    this.#begin({}, (signal) => this.#lookBack(isOther, signal))
  }

  /** Around a moment, in place of what an earlier search found. One for the same moment that runs goes on. */
  seek(at: string): void {
    if (this.#run !== null && this.state?.at === at) return
    this.forget()
    this.#begin({ at }, (signal) => this.#lookAround(toNs(fromIso(at)), signal))
  }

  cancel(): void {
    this.#run?.abort()
  }

  /** Stops, and forgets how far it looked. */
  forget(): void {
    this.#run?.abort()
    this.#run = null
    this.#lookedBackTo = null
    this.#unfinished = null
    this.state = null
  }

  #begin(change: Partial<SearchState>, look: (signal: AbortSignal) => Promise<SearchState['state']>): void {
    const run = new AbortController()
    this.#run = run
    this.#say({ ...change, state: 'running', error: null })
    void look(run.signal)
      .finally(() => this.#options.log.store.ask({ kind: 'tell-states' }))
      .then((state) => this.#end(run, { state }))
      .catch((error: unknown) => {
        const state = run.signal.aborted || isCancellation(error) ? 'cancelled' : 'failed'
        this.#end(run, { state, error: state === 'failed' ? toErrorShape(error) : null })
      })
  }

  async #lookBack(anew: boolean, signal: AbortSignal): Promise<SearchState['state']> {
    const range = await this.#range(anew, signal)
    if (range === null) return 'exhausted'
    let untilNs = this.#lookedBackTo ?? range.lastNs + 1n
    const foundBefore = this.state?.foundLines ?? 0
    for (let windowNs = FIRST_WINDOW_NS; !signal.aborted; ) {
      if (untilNs <= range.firstNs) return 'exhausted'
      const readBefore = this.state?.readLines ?? 0
      const sinceNs = latest(untilNs - windowNs, range.firstNs)
      const window = this.#unfinished ?? { sinceNs, untilNs: untilNs - 1n, cursors: new Map() }
      this.#unfinished = window
      if (await this.#readWindow(range, window, signal)) {
        await this.#tellUnread(range, window.sinceNs)
        return 'full'
      }
      this.#unfinished = null
      untilNs = window.sinceNs
      this.#lookedBackTo = untilNs
      this.#say({ lookedBackTo: toIso(fromNs(untilNs)) })
      if ((this.state?.foundLines ?? 0) - foundBefore >= ENOUGH_FOUND) return 'found'
      const isQuiet = (this.state?.readLines ?? 0) - readBefore < MANY_LINES
      if (isQuiet && windowNs < LONGEST_WINDOW_NS) windowNs *= GROWTH
    }
    return 'cancelled'
  }

  /** On both sides of a moment, as far as it takes to find some lines; what is half read is not shown. */
  async #lookAround(atNs: bigint, signal: AbortSignal): Promise<SearchState['state']> {
    const { viewId, log } = this.#options
    const range = await this.#range(true, signal)
    if (range === null || atNs < range.firstNs) return 'exhausted'
    let isWhole = false
    try {
      const upToNs = await this.#readAround(atNs, range, signal)
      if (upToNs === null) return 'full'
      if (upToNs < range.lastNs) await this.#tellUnread(range, upToNs)
      isWhole = true
      return 'found'
    } finally {
      // A search that was begun meanwhile did so itself.
      if (!isWhole && this.#run?.signal === signal) await log.store.ask({ kind: 'search-from', viewId, anew: true })
    }
  }

  /** Returns up to when was read; null: there is no room for so much. */
  async #readAround(atNs: bigint, range: SearchRange, signal: AbortSignal): Promise<bigint | null> {
    const { firstNs, lastNs } = range
    let [from, to] = [atNs, atNs - 1n]
    for (let sideNs = FIRST_SIDE_NS; ; sideNs *= GROWTH) {
      const [sinceNs, untilNs] = [latest(atNs - sideNs, firstNs), earliest(atNs + sideNs, lastNs)]
      const sides = [
        { sinceNs, untilNs: from - 1n, cursors: new Map() },
        { sinceNs: to + 1n, untilNs, cursors: new Map() },
      ]
      for (const side of sides) {
        if (side.sinceNs <= side.untilNs && (await this.#readWindow(range, side, signal))) return null
      }
      ;[from, to] = [sinceNs, latest(to, untilNs)]
      const isAll = from === firstNs && to >= lastNs
      if (isAll || sideNs >= LONGEST_WINDOW_NS || (this.state?.foundLines ?? 0) >= ENOUGH_AROUND) return to
    }
  }

  #tellUnread({ revision }: SearchRange, fromNs: bigint): Promise<null> {
    const { log, viewId } = this.#options
    return log.store.ask({ kind: 'found-hole', viewId, revision, fromNs })
  }

  /** Where the view is searched; null: the host has nothing there. */
  async #range(anew: boolean, signal: AbortSignal): Promise<SearchRange | null> {
    const { log, viewId } = this.#options
    let from = await log.store.ask({ kind: 'search-from', viewId, anew })
    const oldestNs = await log.tail.source.oldestTime(from.services, signal)
    if (oldestNs === null) return null
    // The tail has not come to its lines yet; without them nobody knows where the search begins.
    while (from.beforeNs === null) {
      await pause(TAIL_WAIT_MS, signal)
      signal.throwIfAborted()
      from = await log.store.ask({ kind: 'search-from', viewId, anew: false })
    }
    const { revision, services, beforeNs, fromNs: filterFromNs, toNs: filterToNs } = from
    // The first line that is stored need not be the oldest: the other stream may have an earlier one.
    const firstNs = latest(oldestNs - OVERLAP_NS, filterFromNs ?? 0n)
    const lastNs = filterToNs === null ? beforeNs - 1n : earliest(beforeNs - 1n, filterToNs)
    return firstNs > lastNs ? null : { revision, services, firstNs, lastNs }
  }

  /** Returns whether there is no room for more. */
  async #readWindow(
    { revision, services }: SearchRange,
    { sinceNs, untilNs, cursors }: SearchWindow,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { log, viewId } = this.#options
    for await (const batch of log.tail.source.readWindow({ services, sinceNs, untilNs }, signal)) {
      signal.throwIfAborted()
      const { container } = batch
      const cursor = cursors.get(container.id) ?? new DeliveryCursor()
      cursors.set(container.id, cursor)
      const fresh = { ...cursor.admit(batch), container }
      const { readLines, foundLines, isFull } = await log.store.addFound(viewId, revision, fresh)
      if (signal.aborted) break
      const before = this.state
      this.#say({ readLines: (before?.readLines ?? 0) + readLines, foundLines: (before?.foundLines ?? 0) + foundLines })
      if (isFull) return true
    }
    signal.throwIfAborted()
    return false
  }

  #say(change: Partial<SearchState>): void {
    this.state = { ...(this.state ?? NOTHING), ...change }
    this.#options.onChange()
  }

  #end(run: AbortController, change: Partial<SearchState>): void {
    if (this.#run !== run) return
    this.#run = null
    this.#say(change)
  }
}

const latest = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const earliest = (a: bigint, b: bigint): bigint => (a < b ? a : b)
