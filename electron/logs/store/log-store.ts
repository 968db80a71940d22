import type { LogFilter } from '../../../shared/contract/logs.ts'
import type { LogBatch } from '../log-batch.ts'
import { type EntryKind, KIND } from './chunk.ts'
import { type EngineTime, fromNs, isEarlier, toIso, toNs } from './engine-time.ts'
import { Entries, indexOf, type Ref } from './entries.ts'
import type { FilterContext } from './entry-filter.ts'
import { EntryJoiner } from './entry-joiner.ts'
import { EntryReader } from './entry-reader.ts'
import type { LogNote, LogStoreOptions, LogStoreSettings, StoreViewState } from './messages.ts'
import { OrderedRefs } from './ordered-refs.ts'
import { type Source, Sources } from './sources.ts'
import { View } from './view.ts'

/** What an entry takes beside its text: its columns, its place in the order and in a view. */
const ENTRY_BYTES = 31
/** What searches found is held beside the tail, up to this. */
const FOUND_LIMIT_BYTES = 32 * 1024 * 1024
/** A line of one stream may be so much later than one of the other that stands behind it; 35 ms were seen. */
const OVERLAP_NS = 100_000_000n
/** A container that was seen to begin is shown to, when its first line does not come soon. */
const BEGIN_WAIT_MS = 2_000

const LET_GO = 'Lines were let go here to make room for newer ones; they may still be on the host.'
const UNREAD = 'Not all lines after this were read, up to those that are held anyway; they are on the host.'

interface WaitingNote {
  readonly note: LogNote
  /** By this computer's own count: the clock of the host is another one. */
  readonly cameMs: number
}

/** What is known of a container besides its lines. */
interface Known {
  /**
   * By stream: from here on all its lines are held, but for those that were let go. Only within one stream do times rise:
   * the lines of the other may be a little earlier than those that stand before them.
   */
  readonly firsts: (EngineTime | undefined)[]
  last: EngineTime | null
  /** Notes that stand before its next line. */
  readonly waiting: WaitingNote[]
  /** By stream. */
  readonly joiners: (EntryJoiner | undefined)[]
}

/** The lines of one stack in true time order, as many as fit, and the views on them. Holds no timer: see `StorePort`. */
export class LogStore {
  readonly entries = new Entries()
  readonly order = new OrderedRefs()
  readonly sources = new Sources()
  readonly reader: EntryReader
  readonly views = new Map<string, View>()
  readonly #limitBytes: number
  readonly context: FilterContext
  readonly #known: Known[] = []
  /** Those of whose lines none is in the order yet. */
  readonly #unshown = new Set<Known>()
  /** Taken in since the last flush, and before it. */
  #pending: Ref[] = []
  #ripe: Ref[] = []
  #letGoUpTo: EngineTime | null = null
  #foundBytes = 0

  constructor({ limitBytes }: LogStoreOptions) {
    this.#limitBytes = limitBytes
    this.reader = new EntryReader(this.entries, this.sources)
    this.context = {
      entries: this.entries,
      sources: this.sources,
      parsed: (ref, form) => this.reader.parsed(ref, form),
    }
  }

  configure(settings: LogStoreSettings): void {
    this.reader.configure(settings)
  }

  /** Takes lines in; they are shown after one `flush` or two. */
  take({ container, bytes, ends, times, streams }: LogBatch): void {
    const source = this.sources.of(container)
    const known = this.#knownOf(source)
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let line = 0, start = 0; line < ends.length; line++) {
      const end = ends[line] as number
      const time = fromNs(times[line] as bigint)
      const stream = streams[line] as number
      known.firsts[stream] ??= time
      if (known.last === null) this.#unshown.add(known)
      known.last = time
      if (known.waiting.length > 0) for (const { note } of known.waiting.splice(0)) this.#addNote(note, source, time)
      this.#joinerOf(source, stream).add({ bytes: buffer, start, end }, { ...time, stream, source: source.number })
      start = end
    }
  }

  note(note: LogNote): void {
    const source = this.sources.of(note.container)
    const known = this.#knownOf(source)
    if (note.timeNs !== null) this.#addNote(note, source, fromNs(note.timeNs))
    else if (note.kind === 'container' && known.last === null) known.waiting.push({ note, cameMs: performance.now() })
    else this.#addNote(note, source, known.last ?? { timeMs: Math.floor(note.nowMs), timeNs: 0 })
  }

  /** Notes that waited long enough for a line are shown without. */
  showWaiting(nowMs = performance.now()): void {
    for (const [number, known] of this.#known.entries()) {
      const due = known.waiting.filter(({ cameMs }) => cameMs + BEGIN_WAIT_MS <= nowMs)
      if (due.length === 0) continue
      known.waiting.splice(0, due.length)
      for (const { note } of due) {
        this.#addNote(note, this.sources.at(number), { timeMs: Math.floor(note.nowMs), timeNs: 0 })
      }
    }
  }

  /** Something was taken in that is not shown yet. */
  get isBusy(): boolean {
    return (
      this.#pending.length + this.#ripe.length > 0 ||
      this.#known.some(({ waiting, joiners }) => waiting.length > 0 || joiners.some((joiner) => joiner?.isOpen))
    )
  }

  get pendingCount(): number {
    return this.#pending.length + this.#ripe.length
  }

  /**
   * Puts what was taken in before the last flush where it belongs, or all of it: what comes at nearly the same time from
   * several containers is to be put in order together. Tells `onAdded` of them, in order, before the oldest are let go
   * where it is too much: they may be among those. Returns how many were added.
   */
  flush({ all = false }: { readonly all?: boolean } = {}, onAdded: (refs: readonly Ref[]) => void = () => {}): number {
    for (const { joiners } of this.#known) {
      for (const joiner of joiners) all ? joiner?.close() : joiner?.closeStale()
    }
    const refs = all ? [...this.#ripe, ...this.#pending] : this.#ripe
    this.#ripe = all ? [] : this.#pending
    this.#pending = []
    if (refs.length === 0) return 0
    const { isBefore } = this.entries
    this.#sort(refs)
    const asked = [...this.views.values()].map((view) => [view, view.beforeMerge(refs)] as const)
    this.order.merge(refs, isBefore)
    for (const [view, ownRefs] of asked) view.add(ownRefs)
    if (this.#unshown.size > 0) this.#noteShown(refs)
    onAdded(refs)
    this.#letGoOldest()
    return refs.length
  }

  openView(viewId: string, filter: LogFilter): View {
    const view = new View(filter, this.order, this.context)
    this.views.set(viewId, view)
    return view
  }

  closeView(viewId: string): void {
    const view = this.views.get(viewId)
    if (view === undefined) return
    this.dropFound(view)
    this.views.delete(viewId)
  }

  /**
   * From which time on every line is held, of whichever container that the view asks for; null: none is, or the first
   * lines of a container are still on their way. A search reads what is before.
   */
  heldFrom({ bounds: { services } }: View): bigint | null {
    const asked = this.#known.filter(
      (_known, number) => services === null || services.includes(this.sources.at(number).service),
    )
    if (asked.some((known) => known.waiting.length > 0 || this.#unshown.has(known))) return null
    const times = asked.flatMap(({ firsts }) => firsts.flatMap((first) => this.#completeFrom(first) ?? []))
    const latest = times.reduce<EngineTime | null>((a, b) => (a === null || isEarlier(a, b) ? b : a), null)
    return latest === null ? null : toNs(latest) + OVERLAP_NS
  }

  /** Keeps those lines of a search that the view's filter lets pass and that are not held already. */
  takeFound(view: View, { container, bytes, ends, times, streams }: LogBatch): { found: number; isFull: boolean } {
    const source = this.sources.of(container)
    const limits = this.#knownOf(source).firsts.map((first) => this.#completeFrom(first))
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const refs: Ref[] = []
    const keep = (ref: Ref) => {
      if (view.passes(ref)) refs.push(ref)
      else this.entries.takeBack(ref)
    }
    const joiners = [1, 2].map(() => this.#createJoiner(source, keep, 'found'))
    for (let line = 0, start = 0; line < ends.length; line++) {
      const end = ends[line] as number
      const time = fromNs(times[line] as bigint)
      const stream = streams[line] as number
      const limit = limits[stream] ?? null
      if (limit === null || isEarlier(time, limit)) {
        joiners[stream === 2 ? 1 : 0]?.add({ bytes: buffer, start, end }, { ...time, stream, source: source.number })
      }
      start = end
    }
    for (const joiner of joiners) joiner.close()
    this.#sort(refs)
    for (const ref of refs) this.#foundBytes += this.entries.textSize(ref) + ENTRY_BYTES
    view.addFound(refs)
    return { found: refs.length, isFull: this.#foundBytes >= FOUND_LIMIT_BYTES }
  }

  /** What a search found belongs to the filter that it looked for. */
  dropFound(view: View): void {
    const refs = view.found.copy()
    view.clearFound()
    for (const ref of refs) {
      this.#foundBytes -= this.entries.textSize(ref) + ENTRY_BYTES
      this.entries.letGo(ref)
    }
  }

  /** Not all lines from a time up to what is held were read. */
  tellUnread(view: View, unreadNs: bigint): void {
    const { services } = view.bounds
    const source = this.sources.first((service) => services === null || services.includes(service))
    if (source !== null) this.#tellHole(view, fromNs(unreadNs), source.number, UNREAD)
  }

  timeOf(ref: Ref): EngineTime {
    const chunk = this.entries.chunk(ref)
    const index = indexOf(ref)
    return { timeMs: chunk.timesMs[index] as number, timeNs: chunk.timesNs[index] as number }
  }

  describe(viewId: string, view: View): Omit<StoreViewState, 'formats'> {
    const { first, last } = this.order
    const heldFrom = this.heldFrom(view)
    return {
      viewId,
      revision: view.revision,
      firstPlace: view.firstPlace,
      count: view.count,
      heldLines: this.order.length,
      heldBytes: this.entries.textBytes,
      filtering: view.isFiltering,
      reordered: view.reordered,
      oldest: first === undefined ? null : toIso(this.timeOf(first)),
      heldFrom: heldFrom === null ? null : toIso(fromNs(heldFrom)),
      newest: last === undefined ? null : toIso(this.timeOf(last)),
      histogram: view.histogram.describe(),
    }
  }

  #noteShown(refs: readonly Ref[]): void {
    for (const ref of refs) {
      const { kinds, sources } = this.entries.chunk(ref)
      const known = this.#known[sources[indexOf(ref)] as number]
      if (known !== undefined && kinds[indexOf(ref)] === KIND.line) this.#unshown.delete(known)
    }
  }

  #addNote(note: LogNote, source: Source, time: EngineTime): void {
    const kind: EntryKind = KIND[note.kind]
    const entry = { kind, ...time, level: 0, stream: 1, source: source.number, extraLines: 0 }
    this.#pending.push(this.entries.add(entry, [Buffer.from(note.message)]))
  }

  #sort(refs: Ref[]): void {
    const { isBefore } = this.entries
    const isSorted = refs.every((ref, index) => index === 0 || !isBefore(ref, refs[index - 1] as Ref))
    if (!isSorted) refs.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0))
  }

  #joinerOf(source: Source, stream: number): EntryJoiner {
    const { joiners } = this.#knownOf(source)
    const joiner = joiners[stream] ?? this.#createJoiner(source, (ref) => this.#pending.push(ref))
    joiners[stream] = joiner
    return joiner
  }

  #createJoiner({ service }: Source, onEntry: (ref: Ref) => void, lane?: 'found'): EntryJoiner {
    const readLevel = (text: string) => this.reader.readLevel(service, text)
    return new EntryJoiner({ entries: this.entries, readLevel, onEntry, ...(lane === undefined ? {} : { lane }) })
  }

  #knownOf(source: Source): Known {
    const known = this.#known[source.number] ?? { firsts: [], last: null, waiting: [], joiners: [] }
    this.#known[source.number] = known
    return known
  }

  #completeFrom(first: EngineTime | undefined): EngineTime | null {
    if (first === undefined) return null
    if (this.#letGoUpTo === null || isEarlier(this.#letGoUpTo, first)) return first
    return { ...this.#letGoUpTo, timeNs: this.#letGoUpTo.timeNs + 1 }
  }

  #letGoOldest(): void {
    const { entries, order } = this
    while (entries.textBytes - this.#foundBytes + order.length * ENTRY_BYTES > this.#limitBytes && order.length > 1) {
      const ref = order.at(0)
      const source = entries.chunk(ref).sources[indexOf(ref)] as number
      for (const view of this.views.values()) view.letGoFirst(ref)
      this.#letGoUpTo = this.timeOf(ref)
      order.removeFirst()
      entries.letGo(ref)
      for (const view of this.views.values())
        if (view.found.length > 0 && !view.hasHole) this.#tellHole(view, this.#letGoUpTo, source, LET_GO)
    }
  }

  /** Between what a search found and what is held there are lines no more that were there when it was found. */
  #tellHole(view: View, time: EngineTime, source: number, message: string): void {
    view.hasHole = true
    const entry = { kind: KIND.gap, ...time, level: 0, stream: 1, source, extraLines: 0 }
    const ref = this.entries.add(entry, [Buffer.from(message)], 'found')
    this.#foundBytes += this.entries.textSize(ref) + ENTRY_BYTES
    view.addFound([ref])
  }
}
