import type { LayerProgress, LockView, OperationEvent, OperationRecord } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { viewLock } from '../../shared/operations/lock-state.ts'
import { readProgress } from '../../shared/operations/progress.ts'
import { reduceJournal } from '../../shared/operations/reduce-journal.ts'
import type { Conduct } from './conduct.ts'
import { alreadyEnded } from './history.ts'
import type { OperationContext } from './operation-context.ts'
import type { LiveView } from './runner.ts'

/** Output that nobody reads in time is dropped from the middle of the stream, not kept for ever. */
const MAX_PENDING_OUTPUTS = 500

interface Watcher {
  dirty: boolean
  layers: Extract<OperationEvent, { type: 'layers' }> | null
  outputs: Extract<OperationEvent, { type: 'output' }>[]
  wake: () => void
}

/** An operation that this app is working on: what watchers see of it, and how it is cancelled. */
export class RunningOperation implements LiveView {
  readonly context: OperationContext
  readonly #cancel = new AbortController()
  readonly #watchers = new Set<Watcher>()
  readonly #messages = new Map<string, string>()
  #ended = false

  constructor(context: OperationContext) {
    this.context = context
    context.journal.subscribe((entry) => {
      if (entry.stepId !== undefined) this.#messages.delete(entry.stepId)
      this.#notify((watcher) => {
        watcher.dirty = true
      })
    })
  }

  /** Starts it. The returned promise never rejects. */
  start(quit: AbortSignal, work: (run: Conduct) => Promise<void>): Promise<void> {
    const run: Conduct = { context: this.context, live: this, cancel: this.#cancel.signal, quit }
    return work(run).finally(() => {
      this.#ended = true
      this.#notify(() => undefined)
    })
  }

  get cancellable(): boolean {
    const progress = readProgress(this.context.journal.entries)
    return !this.#ended && !this.#cancel.signal.aborted && progress.rollback === null && !progress.ended
  }

  /** Throws `operation.blocked` when it is over. */
  async cancel(): Promise<void> {
    const { plan, owner, journal } = this.context
    if (this.#ended || readProgress(journal.entries).ended) throw alreadyEnded(plan.id)
    if (!this.cancellable) return
    const message = `Cancelled by ${owner.user} on ${owner.machine}.`
    // At once: nobody who cancels wants to wait for a journal on a slow line.
    this.#cancel.abort(new SlipwayError('operation.cancelled', message))
    await journal.appendIfPossible({ type: 'cancel-requested', message })
  }

  show(stepId: string, message: string): void {
    this.#messages.set(stepId, this.context.mask(message))
    this.#notify((watcher) => {
      watcher.dirty = true
    })
  }

  showLayers(stepId: string, layers: readonly LayerProgress[]): void {
    this.#notify((watcher) => {
      watcher.layers = { type: 'layers', stepId, layers: [...layers] }
    })
  }

  showOutput(stepId: string, text: string): void {
    this.#notify((watcher) => {
      if (watcher.outputs.length < MAX_PENDING_OUTPUTS) watcher.outputs.push({ type: 'output', stepId, text })
    })
  }

  /**
   * It has ended when its lock is free, too: whoever sees the end can begin the next operation. An end that is not on the
   * host is none.
   */
  record(): OperationRecord {
    const { plan, journal, lock, owner, host } = this.context
    const view: LockView = this.#ended
      ? { ...viewLock(lock.file, owner, host.now()), stale: true }
      : { ...viewLock(lock.file, owner, host.now()), stale: false }
    const isOver = this.#ended && journal.isWritten
    const entries = isOver ? journal.entries : journal.entries.filter(({ type }) => type !== 'ended')
    const record = reduceJournal(plan, entries, { lock: view, rollbackPointKept: true })
    return {
      ...record,
      steps: record.steps.map((step) => ({ ...step, message: this.#messages.get(step.id) ?? step.message })),
    }
  }

  /** The whole picture first, then again on each change; ends with the operation. */
  async *watch(signal?: AbortSignal): AsyncGenerator<OperationEvent, void> {
    const watcher: Watcher = { dirty: true, layers: null, outputs: [], wake: () => undefined }
    this.#watchers.add(watcher)
    const stop = () => watcher.wake()
    signal?.addEventListener('abort', stop)
    try {
      while (signal?.aborted !== true) {
        const ended = this.#ended
        yield* this.#take(watcher, ended)
        if (ended) return
        if (this.#ended || isPending(watcher)) continue
        await new Promise<void>((resolve) => {
          watcher.wake = resolve
          if (signal?.aborted || this.#ended || isPending(watcher)) resolve()
        })
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#watchers.delete(watcher)
    }
  }

  *#take(watcher: Watcher, ended: boolean): Generator<OperationEvent, void> {
    const { layers, outputs, dirty } = watcher
    Object.assign(watcher, { layers: null, outputs: [], dirty: false })
    yield* outputs
    if (layers !== null) yield layers
    if (dirty || ended) yield { type: 'snapshot', record: this.record(), cancellable: this.cancellable }
  }

  #notify(change: (watcher: Watcher) => void): void {
    for (const watcher of this.#watchers) {
      change(watcher)
      watcher.wake()
    }
  }
}

function isPending({ dirty, layers, outputs }: Watcher): boolean {
  return dirty || layers !== null || outputs.length > 0
}
