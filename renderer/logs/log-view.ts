import type { LogFilter, LogRow, LogViewState } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { client, onReconnect } from '../lib/client.ts'
import { isConnectionLost, toErrorShape } from '../lib/error-shape.ts'
import { PAGE_ROWS, RowPages, type Stretch } from './row-pages.ts'
import { notReached, seekStep } from './seek.ts'

/** A view that failed is opened again: the host may be back. */
const REOPEN_MS = 3000
/** Rows that are there before the newest are shown, so that a list that follows never shows an empty row. */
const TAIL_ROWS = 80
/** Rows read ahead of what is looked at, on either side. */
const AHEAD_ROWS = 120

/** Where the list is to scroll to; `turn` tells one request from the next. */
export interface Jump {
  readonly turn: number
  readonly place: number
  readonly align: 'center' | 'nearest'
}

/** The row whose details are open or that the keyboard is on. */
export interface Selection {
  readonly id: number
  readonly place: number
}

/** All that the screen shows of a view, but for the rows, which are asked for by `rowAt`. */
export interface LogSnapshot {
  readonly state: LogViewState | null
  readonly error: ErrorShape | null
  readonly filter: LogFilter
  /** The filter that was asked for is not what is shown yet. */
  readonly applying: boolean
  /** The list stays at the newest line. */
  readonly following: boolean
  /** Lines that came since the list was last at its end. */
  readonly newLines: number
  readonly selected: Selection | null
  readonly jump: Jump | null
  /** Why the moment that was asked for last is not what the list shows; null: it is, or none was asked for. */
  readonly missed: string | null
}

/**
 * One look at the logs of a stack: it follows the state of its view, reads the rows that are looked at, and lets go of
 * the others. Lines never enter React's state. Between `start` and the stop that it returns, a view is open.
 */
export class LogView {
  readonly #ref: StackRef
  readonly #listeners = new Set<() => void>()
  #viewId = ''
  #run: AbortController | null = null
  #pages = new RowPages()
  /** The newest picture, and the one whose rows are shown; they differ while rows are on their way. */
  #latest: LogViewState | null = null
  #visible: Stretch = { from: 0, to: 0 }
  #sentFilter: LogFilter
  /** What is shown before this revision is of a filter that is not asked for any more. */
  #wantedRevision = 0
  /** Why the filter that was asked for last cannot be applied; what was shown before stays. */
  #refusal: ErrorShape | null = null
  #endWhenPaused = 0
  #advancing = false
  #filling = false
  #sending = false
  #searching = false
  #landing = false
  #seek: string | null = null
  #rowsVersion = 0
  #moves: Promise<void> = Promise.resolve()
  #snapshot: LogSnapshot

  constructor(ref: StackRef, filter: LogFilter) {
    this.#ref = ref
    this.#sentFilter = filter
    this.#snapshot = {
      state: null,
      error: null,
      filter,
      applying: false,
      following: true,
      newLines: 0,
      selected: null,
      jump: null,
      missed: null,
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): LogSnapshot => this.#snapshot

  /** Rises whenever `rowAt` may answer otherwise. By itself, so that rows that come redraw the list and not the page. */
  readonly getRowsVersion = (): number => this.#rowsVersion

  get viewRef(): { viewId: string } {
    return { viewId: this.#viewId }
  }

  rowAt(place: number): LogRow | null {
    return this.#pages.rowAt(place)
  }

  start(): () => void {
    this.#open()
    const stopListening = onReconnect(() => this.#open())
    return () => {
      stopListening()
      this.#run?.abort()
      this.#run = null
    }
  }

  setFilter(filter: LogFilter): void {
    this.#refusal = null
    this.#set({ filter, applying: true, missed: null })
    void this.#sendFilter()
  }

  follow(): void {
    this.#seek = null
    this.#set({ following: true, newLines: 0, missed: null })
    void this.#advance()
  }

  pause(): void {
    if (!this.#snapshot.following) return
    this.#endWhenPaused = endOf(this.#snapshot.state)
    this.#set({ following: false, newLines: 0 })
  }

  /** The list says which places are in sight. */
  show(visible: Stretch): void {
    this.#visible = visible
    void this.#fill()
  }

  select(selected: Selection | null): void {
    if (selected) this.pause()
    this.#set({ selected })
  }

  /**
   * Moves the keyboard to the place that `target` names. One move after the other, each from where the one before has led,
   * over the lines of the filter that was asked for last.
   */
  move(target: (snapshot: LogSnapshot) => number): Promise<void> {
    const move = this.#moves.then(async () => {
      await this.#whenFiltered()
      await this.selectPlace(target(this.#snapshot))
    })
    this.#moves = move.catch(() => undefined)
    return move
  }

  /** Puts the keyboard on a place, and brings it into sight. */
  async selectPlace(place: number, align: Jump['align'] = 'nearest'): Promise<void> {
    const { state } = this.#snapshot
    if (!state || state.count === 0) return
    const held = Math.max(state.firstPlace, Math.min(place, endOf(state) - 1))
    this.pause()
    this.#jumpTo(held, align)
    const row = this.rowAt(held) ?? (await this.#readOne(held))
    if (row) this.#set({ selected: { id: row.id, place: held } })
  }

  /** Goes to a moment; where what is held does not reach back so far, the host is asked for what is older. */
  goTo(time: string): void {
    this.#seek = time
    this.pause()
    this.#set({ missed: null })
    this.#seekOn()
  }

  async search(): Promise<void> {
    this.#giveUp('a search in the history was begun instead')
    await client.log.search({ ...this.viewRef, at: null })
  }

  async #searchAround(time: string): Promise<void> {
    if (this.#searching) return
    this.#searching = true
    try {
      await client.log.search({ ...this.viewRef, at: time })
    } catch (error) {
      // A view that is opened anew asks again.
      if (!isConnectionLost(error) && this.#seek === time) this.#giveUp(toErrorShape(error).message)
    } finally {
      this.#searching = false
    }
  }

  async stopSearch(): Promise<void> {
    this.#giveUp('the search for them was cancelled')
    await client.log.stopSearch(this.viewRef)
  }

  #giveUp(why: string): void {
    if (this.#seek !== null) this.#set({ missed: notReached(this.#seek, why) })
    this.#seek = null
  }

  #set(change: Partial<LogSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  #jumpTo(place: number, align: Jump['align']): void {
    const turn = (this.#snapshot.jump?.turn ?? 0) + 1
    this.#set({ jump: { turn, place, align } })
  }

  #open(): void {
    this.#run?.abort()
    const run = new AbortController()
    this.#run = run
    void this.#watch(run.signal)
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#viewId = crypto.randomUUID()
        this.#wantedRevision = 0
        const { filter } = this.#snapshot
        const input = { ...this.#ref, viewId: this.#viewId, filter }
        this.#sentFilter = filter
        const states = await client.log.watch(input, { signal })
        for await (const state of states) {
          if (signal.aborted) return
          this.#latest = state
          void this.#advance()
        }
        return
      } catch (error) {
        if (signal.aborted) return
        if (!isConnectionLost(error)) this.#set({ error: toErrorShape(error) })
        await new Promise((resolve) => setTimeout(resolve, REOPEN_MS))
      }
    }
  }

  /** Only the last of several filters that come faster than they are answered is asked for. */
  async #sendFilter(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    while (this.#sentFilter !== this.#snapshot.filter) {
      const { filter } = this.#snapshot
      try {
        const { revision } = await client.log.setFilter({ ...this.viewRef, filter })
        this.#wantedRevision = revision
        this.#sentFilter = filter
      } catch (error) {
        // One that was refused does not hold up the next that came meanwhile.
        if (filter !== this.#snapshot.filter) continue
        if (!isConnectionLost(error)) {
          this.#refusal = toErrorShape(error)
          this.#set({ error: this.#refusal, applying: false })
        }
        break
      }
    }
    this.#sending = false
  }

  /** Brings the newest picture to the screen, once the rows are there that it will show first. */
  async #advance(): Promise<void> {
    if (this.#advancing) return
    this.#advancing = true
    try {
      while (this.#latest && this.#latest !== this.#snapshot.state) {
        const next: LogViewState = this.#latest
        if (!(await this.#adopt(next)) && this.#latest === next) return
      }
    } catch (error) {
      if (!isConnectionLost(error)) this.#set({ error: toErrorShape(error) })
    } finally {
      this.#advancing = false
    }
  }

  /** False: there is nothing to show of this picture yet. */
  async #adopt(next: LogViewState): Promise<boolean> {
    const { state, following } = this.#snapshot
    const isOther = state === null || next.viewId !== state.viewId || next.revision !== state.revision
    if (isOther && next.filtering && next.count === 0) return false
    const pages = isOther ? new RowPages() : this.#pages
    if (!isOther && next.reordered !== state.reordered) pages.markStale()
    const landing = isOther && !following ? await this.#landingPlace(next) : null
    // The filter came so far back only since this picture was made: the next one has that row.
    if (landing !== null && landing < next.firstPlace) return false
    const wanted = landing === null ? this.#tailOf(next, following || isOther) : around(landing, next)
    const missing = pages.missing(wanted)
    if (missing) {
      const answer = await this.#read(next, missing)
      if (!answer) return false
      pages.put(answer.from, answer.rows)
    }
    this.#pages = pages
    if (isOther) this.#endWhenPaused = endOf(next)
    const newLines = this.#snapshot.following ? 0 : Math.max(0, endOf(next) - this.#endWhenPaused)
    const isOutdated = this.#sentFilter !== this.#snapshot.filter || next.revision < this.#wantedRevision
    const refusal = this.#sentFilter === this.#snapshot.filter ? null : this.#refusal
    const applying = (isOutdated && refusal === null) || next.filtering
    this.#rowsVersion += 1
    this.#set({ state: next, error: refusal ?? next.error, newLines, applying })
    const { selected } = this.#snapshot
    if (landing !== null && selected) this.#set({ selected: { ...selected, place: landing } })
    if (landing !== null) this.#jumpTo(landing, 'center')
    this.#seekOn()
    void this.#fill()
    return true
  }

  /** Resolves when all is shown that passes the filter that was asked for last: before, nobody knows the first of it. */
  #whenFiltered(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#snapshot.applying) return
        stop()
        resolve()
      }
      const stop = this.subscribe(look)
      look()
    })
  }

  #tailOf(state: LogViewState, wanted: boolean): Stretch {
    const end = endOf(state)
    return { from: wanted ? Math.max(state.firstPlace, end - TAIL_ROWS) : end, to: end }
  }

  /** Under another filter the list stays at the time it was at. */
  async #landingPlace(next: LogViewState): Promise<number | null> {
    const row = this.#snapshot.selected
      ? this.rowAt(this.#snapshot.selected.place)
      : this.rowAt(Math.floor((this.#visible.from + this.#visible.to) / 2))
    if (!row) return null
    const { revision, place } = await client.log.place({ ...this.viewRef, time: row.time })
    return revision === next.revision ? place : null
  }

  async #read({ revision }: LogViewState, { from, to }: Stretch) {
    const answer = await client.log.rows({ ...this.viewRef, revision, from, count: to - from })
    return answer.revision === revision ? answer : null
  }

  async #readOne(place: number): Promise<LogRow | null> {
    const { state } = this.#snapshot
    const answer = state && (await this.#read(state, { from: place, to: place + 1 }))
    return answer?.rows[0] ?? null
  }

  /** Reads what is in sight and then what is near, one message at a time; a scroll in between changes what comes next. */
  async #fill(): Promise<void> {
    if (this.#filling) return
    this.#filling = true
    try {
      for (let missing = this.#nextMissing(); missing; missing = this.#nextMissing()) {
        const { state } = this.#snapshot
        const pages = this.#pages
        const answer = state && (await this.#read(state, missing))
        if (!answer) return
        pages.put(answer.from, answer.rows)
        this.#rowsVersion += 1
        this.#tell()
        // What is not there any more is not asked for again before the state says where the rows are now.
        if (answer.rows.length < missing.to - missing.from) return
      }
    } catch (error) {
      if (!isConnectionLost(error)) this.#set({ error: toErrorShape(error) })
    } finally {
      this.#filling = false
    }
  }

  #nextMissing(): Stretch | null {
    const { state } = this.#snapshot
    if (!state) return null
    const { from, to } = this.#visible
    const within = (first: number, last: number): Stretch => ({
      from: Math.max(state.firstPlace, first),
      to: Math.min(endOf(state), last),
    })
    const inSight = this.#pages.missing(within(from, to))
    if (inSight) return inSight
    const below = this.#pages.missing(within(to, to + AHEAD_ROWS))
    // A whole page at once: row by row as one scrolls, there would be a message and a drawing for each.
    if (below) return within(below.from, below.from + PAGE_ROWS)
    const above = this.#pages.missing(within(from - AHEAD_ROWS, from))
    return above && within(above.to - PAGE_ROWS, above.to)
  }

  /** One more step towards a moment that was asked for. */
  #seekOn(): void {
    const { state } = this.#snapshot
    const time = this.#seek
    if (time === null || !state) return
    const step = seekStep(state, time)
    if (step.kind === 'land') void this.#land(time, step.problem)
    if (step.kind === 'ask') void this.#searchAround(time)
  }

  /** The moment stays wanted until it is reached: a view that was opened anew meanwhile is asked again. */
  async #land(time: string, problem: string | null): Promise<void> {
    if (this.#landing) return
    this.#landing = true
    try {
      const { place } = await client.log.place({ ...this.viewRef, time })
      if (this.#seek !== time) return
      this.#seek = null
      this.#set({ missed: problem })
      if (place !== null) await this.selectPlace(place, 'center')
    } catch (error) {
      if (!isConnectionLost(error)) this.#set({ error: toErrorShape(error) })
    } finally {
      this.#landing = false
    }
  }
}

/** By its name: under another filter, another row is at its place. */
export function isSelected(row: LogRow | null, { selected }: LogSnapshot): boolean {
  return row !== null && row.id === selected?.id
}

const endOf = (state: LogViewState | null): number => (state ? state.firstPlace + state.count : 0)

function around(place: number, state: LogViewState): Stretch {
  const half = TAIL_ROWS / 2
  return { from: Math.max(state.firstPlace, place - half), to: Math.min(endOf(state), place + half) }
}
