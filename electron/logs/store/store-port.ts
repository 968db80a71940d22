import type { MessagePort } from 'node:worker_threads'
import { SlipwayError, toErrorShape } from '../../../shared/errors.ts'
import { fromIso, isEarlier } from './engine-time.ts'
import type { Ref } from './entries.ts'
import { ExportRun } from './export-run.ts'
import { LogStore } from './log-store.ts'
import type { LogStoreOptions, StoreAnswers, StoreMessage, StoreReport, StoreRequest } from './messages.ts'
import { RuleWatch } from './rule-watch.ts'
import type { View } from './view.ts'

/** Lines that come at nearly the same time from several containers are put in order together. */
const FLUSH_MS = 50
/** Then at once: the lists must not wait for a flood to pause. */
const MAX_PENDING = 32_768
/** A slice of filtering, after which a question or a new filter gets its turn. */
const SLICE_MS = 10
const STATE_INTERVAL_MS = 120

interface OpenView {
  readonly view: View
  /** The newest rows of this revision were told: that is what a page waits for. */
  toldRevision: number
  isDirty: boolean
}

/** One store behind a port: takes lines in, answers questions, and tells how its views stand. */
export class StorePort {
  readonly #port: MessagePort
  readonly #store: LogStore
  readonly #rules: RuleWatch
  readonly #views = new Map<string, OpenView>()
  readonly #exports = new Map<number, ExportRun>()
  #nextExport = 1
  #flushTimer: NodeJS.Timeout | null = null
  #stateTimer: NodeJS.Timeout | null = null
  #slice: NodeJS.Immediate | null = null

  constructor(port: MessagePort, options: LogStoreOptions) {
    this.#port = port
    this.#store = new LogStore(options)
    this.#rules = new RuleWatch(this.#store)
    port.on('message', (message: StoreMessage) => this.#take(message))
    port.on('close', () => this.#stop())
  }

  #take(message: StoreMessage): void {
    switch (message.type) {
      case 'configure':
        this.#store.configure(message.settings)
        this.#touchAll()
        break
      case 'lines':
        this.#store.take(message.batch)
        this.#tell({ type: 'taken', bytes: message.batch.bytes.byteLength })
        this.#flushSoon()
        break
      case 'note':
        this.#store.note(message.note)
        this.#flushSoon()
        break
      case 'rules':
        this.#rules.set(message.rules)
        break
      case 'close-view':
        this.#store.closeView(message.viewId)
        this.#views.delete(message.viewId)
        break
      case 'request':
        this.#answer(message.id, message.request)
    }
  }

  #answer(id: number, request: StoreRequest): void {
    try {
      this.#tell({ type: 'answer', id, value: this.#ask(request) })
    } catch (error) {
      this.#tell({ type: 'failure', id, error: toErrorShape(error) })
    }
  }

  #ask(request: StoreRequest): StoreAnswers[StoreRequest['kind']] {
    switch (request.kind) {
      case 'open-view':
        this.#open(request.viewId, this.#store.openView(request.viewId, request.filter))
        return null
      case 'tell-states':
        this.#tellStates()
        return null
      case 'begin-export': {
        const exportId = this.#nextExport++
        const open = this.#viewOf(request.viewId)
        // A file of what was filtered so far would look like all of it.
        open.view.run(Number.POSITIVE_INFINITY)
        this.#touch(open)
        this.#exports.set(exportId, new ExportRun(this.#store, open.view.copy(), request.format))
        return { exportId }
      }
      case 'go-on-exporting':
        return { text: this.#exports.get(request.exportId)?.next() ?? '' }
      case 'end-export':
        this.#exports.get(request.exportId)?.end()
        this.#exports.delete(request.exportId)
        return null
      default:
        return this.#askView(request, this.#viewOf(request.viewId))
    }
  }

  #askView(
    request: Exclude<
      StoreRequest,
      { kind: 'open-view' | 'tell-states' | 'begin-export' | 'go-on-exporting' | 'end-export' }
    >,
    open: OpenView,
  ): StoreAnswers[StoreRequest['kind']] {
    const { view } = open
    switch (request.kind) {
      case 'set-filter':
        view.setFilter(request.filter)
        this.#store.dropFound(view)
        this.#runSoon(open)
        return { revision: view.revision }
      case 'rows':
        return this.#rows(view, request)
      case 'place': {
        const time = fromIso(request.time)
        const isAtOrAfter = (ref: Ref) => !isEarlier(this.#store.timeOf(ref), time)
        view.run(Number.POSITIVE_INFINITY, isAtOrAfter)
        this.#touch(open)
        return { revision: view.revision, place: view.placeOf(isAtOrAfter) }
      }
      case 'line': {
        const ref = this.#store.entries.byId(request.entryId)
        return ref === null ? null : this.#store.reader.detail(ref)
      }
      case 'found': {
        if (request.revision !== view.revision) return { readLines: 0, foundLines: 0, isFull: false }
        const { found, isFull } = this.#store.takeFound(view, request.batch)
        if (found > 0) this.#touch(open)
        return { readLines: request.batch.ends.length, foundLines: found, isFull }
      }
      case 'search-from':
        this.#flush({ all: true })
        if (request.anew) this.#store.dropFound(view)
        this.#touch(open)
        return { revision: view.revision, beforeNs: this.#store.heldFrom(view), ...view.bounds }
      case 'found-hole':
        if (request.revision === view.revision) this.#store.tellUnread(view, request.fromNs)
        this.#touch(open)
        return null
    }
  }

  #rows(view: View, { revision, from, count }: StoreRequest & { kind: 'rows' }): StoreAnswers['rows'] {
    if (revision !== view.revision) return { revision: view.revision, from, rows: [] }
    const first = Math.max(from, view.firstPlace)
    const refs: Ref[] = []
    for (let place = first; place < from + count; place++) {
      const ref = view.at(place)
      if (ref !== undefined) refs.push(ref)
    }
    return { revision, from: first, rows: refs.map((ref) => this.#store.reader.row(ref)) }
  }

  #open(viewId: string, view: View): void {
    const open = { view, isDirty: true, toldRevision: -1 }
    this.#views.set(viewId, open)
    this.#runSoon(open)
  }

  #viewOf(viewId: string): OpenView {
    const open = this.#views.get(viewId)
    if (open !== undefined) return open
    throw new SlipwayError('log.view-closed', 'This view of the logs was closed.', { hint: 'Open the logs again.' })
  }

  #flushSoon(): void {
    if (this.#store.pendingCount >= MAX_PENDING) this.#flush({ all: true })
    else this.#flushTimer ??= setTimeout(() => this.#flush(), FLUSH_MS)
  }

  #flush(options?: { readonly all: boolean }): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer)
    this.#flushTimer = null
    this.#store.showWaiting()
    const added = this.#store.flush(options, (refs) => {
      for (const hit of this.#rules.look(refs)) this.#tell({ type: 'rule', hit })
    })
    if (added > 0) this.#touchAll()
    if (this.#store.isBusy) this.#flushTimer = setTimeout(() => this.#flush(), FLUSH_MS)
  }

  #runSoon(open: OpenView): void {
    this.#touch(open)
    this.#slice ??= setImmediate(() => this.#runSlice())
  }

  /** One view after the other, so that a quick filter does not wait for a slow one for ever. */
  #runSlice(): void {
    this.#slice = null
    const filtering = [...this.#views.values()].filter(({ view }) => view.isFiltering)
    for (const open of filtering) {
      open.view.run(performance.now() + SLICE_MS / filtering.length)
      this.#touch(open)
    }
    const isRunning = filtering.some(({ view }) => view.isFiltering)
    if (isRunning) this.#slice = setImmediate(() => this.#runSlice())
    if (!isRunning || filtering.some(({ view, toldRevision }) => toldRevision !== view.revision)) this.#tellStates()
  }

  #touchAll(): void {
    for (const open of this.#views.values()) this.#touch(open)
  }

  #touch(open: OpenView): void {
    open.isDirty = true
    this.#stateTimer ??= setTimeout(() => this.#tellStates(), STATE_INTERVAL_MS)
  }

  #tellStates(): void {
    if (this.#stateTimer !== null) clearTimeout(this.#stateTimer)
    this.#stateTimer = null
    const formats = this.#store.reader.formats()
    for (const [viewId, open] of this.#views) {
      if (!open.isDirty) continue
      open.isDirty = false
      open.toldRevision = open.view.revision
      this.#tell({ type: 'view', state: { ...this.#store.describe(viewId, open.view), formats } })
    }
  }

  #tell(report: StoreReport): void {
    this.#port.postMessage(report)
  }

  #stop(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer)
    if (this.#stateTimer !== null) clearTimeout(this.#stateTimer)
    if (this.#slice !== null) clearImmediate(this.#slice)
    this.#views.clear()
  }
}
