import type { LogViewState } from '../../shared/contract/logs.ts'
import { isCancellation, toErrorShape } from '../../shared/errors.ts'
import { pause } from '../hosts/pause.ts'
import { DeliveryCursor } from './delivery-cursor.ts'
import type { SharedLog } from './shared-log.ts'
import { fromNs, toIso } from './store/engine-time.ts'

type SearchState = NonNullable<LogViewState['search']>

/** So many make a page worth reading; whoever wants more goes on. */
const ENOUGH_FOUND = 500
const FIRST_WINDOW_NS = 60_000_000_000n
/** A window is read whole: larger ones would not be cancelled or shown in time. */
const LONGEST_WINDOW_NS = 86_400_000_000_000n
/** Windows grow as long as they bring little. */
const GROWTH = 4n
const MANY_LINES = 50_000
const TAIL_WAIT_MS = 200

export interface LogSearchOptions {
  readonly viewId: string
  readonly log: Pick<SharedLog, 'store'> & { readonly tail: Pick<SharedLog['tail'], 'source'> }
  readonly onChange: () => void
}

/** A stretch of time, both ends inclusive, and how far each container was read in it. */
interface SearchWindow {
  readonly sinceNs: bigint
  readonly untilNs: bigint
  readonly cursors: Map<string, DeliveryCursor>
}

/** Looks through what the host still has for what passes a view's filter, backwards in growing windows. */
export class LogSearch {
  readonly #options: LogSearchOptions
  #run: AbortController | null = null
  /** Everything from here on was looked at, for this filter. */
  #lookedBackTo: bigint | null = null
  /** Not read to its end, because the search was cancelled, cut off or full: the next one goes on in it. */
  #unfinished: SearchWindow | null = null
  state: SearchState | null = null

  constructor(options: LogSearchOptions) {
    this.#options = options
  }

  /** Begins, or goes on where an earlier search has stopped. One that runs goes on. */
  start(): void {
    if (this.#run !== null || this.state?.state === 'exhausted') return
    const run = new AbortController()
    this.#run = run
    this.#say({ state: 'running', error: null })
    void this.#look(run.signal)
      .finally(() => this.#options.log.store.ask({ kind: 'tell-states' }))
      .then((state) => this.#end(run, { state }))
      .catch((error: unknown) => {
        const state = run.signal.aborted || isCancellation(error) ? 'cancelled' : 'failed'
        this.#end(run, { state, error: state === 'failed' ? toErrorShape(error) : null })
      })
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

  async #look(signal: AbortSignal): Promise<SearchState['state']> {
    const { log, viewId } = this.#options
    const { source } = log.tail
    const oldestNs = await source.oldestTime(null, signal)
    let { revision, beforeNs } = await log.store.ask({ kind: 'search-from', viewId })
    // The tail has not come to its lines yet; without them nobody knows where the search begins.
    while (beforeNs === null && oldestNs !== null) {
      await pause(TAIL_WAIT_MS, signal)
      signal.throwIfAborted()
      ;({ revision, beforeNs } = await log.store.ask({ kind: 'search-from', viewId }))
    }
    let untilNs = this.#lookedBackTo ?? beforeNs
    const foundBefore = this.state?.foundLines ?? 0
    for (let windowNs = FIRST_WINDOW_NS; !signal.aborted; ) {
      if (oldestNs === null || untilNs === null || untilNs <= oldestNs) return 'exhausted'
      const readBefore = this.state?.readLines ?? 0
      const fresh = { sinceNs: untilNs - windowNs, untilNs: untilNs - 1n, cursors: new Map() }
      const window: SearchWindow = this.#unfinished ?? fresh
      this.#unfinished = window
      if (await this.#readWindow(revision, window, signal)) return 'found'
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

  /** Returns whether there is no room for more. */
  async #readWindow(
    revision: number,
    { sinceNs, untilNs, cursors }: SearchWindow,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { log, viewId } = this.#options
    for await (const batch of log.tail.source.readWindow({ services: null, sinceNs, untilNs }, signal)) {
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
    const before = this.state ?? { state: 'running', lookedBackTo: null, readLines: 0, foundLines: 0, error: null }
    this.state = { ...before, ...change }
    this.#options.onChange()
  }

  #end(run: AbortController, change: Partial<SearchState>): void {
    if (this.#run !== run) return
    this.#run = null
    this.#say(change)
  }
}
