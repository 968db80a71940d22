import { setTimeout } from 'node:timers/promises'
import type {
  LogFilter,
  LogLineDetail,
  LogRow,
  LogViewState,
  SavedFilter,
  WatchRule,
} from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { compileFilter } from '../../shared/logs/log-filter.ts'
import type { RaisedNotice } from '../notices/notices.ts'
import { latestValues } from '../stacks/latest-value.ts'
import type { HostSource } from '../stacks/sessions.ts'
import type { StackService } from '../stacks/stack-service.ts'
import type { LogSettings } from './log-settings.ts'
import { LogTarget } from './log-target.ts'
import { LogThread } from './log-thread.ts'
import { LogView } from './log-view.ts'
import { RuleService } from './rule-service.ts'
import { SharedLog } from './shared-log.ts'

/** A page that comes back at once, as after a reload, finds what was held. */
const LINGER_MS = 2_000

export interface LogServiceOptions {
  readonly hosts: Pick<HostSource, 'hosts' | 'subscribe'>
  readonly stacks: StackService
  readonly settings: LogSettings
  /** Tells people that a watch rule was met. */
  readonly raise: (notice: RaisedNotice) => void
  readonly reportBug: (error: unknown) => void
  /** What a stack's lines may take in memory; less for tests. */
  readonly limitBytes?: number
}

/** The logs of stacks as pages look at them: followed once each, however many look, and not at all when nobody does. */
export class LogService {
  readonly thread: LogThread
  readonly #options: LogServiceOptions
  readonly #logs = new Map<string, SharedLog>()
  readonly #views = new Map<string, LogView>()
  readonly #stopping = new Set<Promise<void>>()
  readonly #rules: RuleService
  readonly #end = new AbortController()

  constructor(options: LogServiceOptions) {
    this.#options = options
    this.thread = new LogThread(options.reportBug)
    this.#rules = new RuleService({ ...options, thread: this.thread })
  }

  /** Begins to watch the rules of all stacks. */
  start(): void {
    this.#rules.start()
  }

  /** How many stacks are followed: for leak tests. */
  get followedStacks(): number {
    return this.#logs.size
  }

  async *watch(
    { hostId, project }: StackRef,
    { viewId, filter, tail }: { readonly viewId: string; readonly filter: LogFilter; readonly tail: number },
    signal: AbortSignal,
  ): AsyncGenerator<LogViewState, void> {
    const until = AbortSignal.any([signal, this.#end.signal])
    if (until.aborted) return
    if (this.#views.has(viewId)) throw new SlipwayError('input.invalid', `There is a view ${viewId} already.`)
    const log = this.#logOf({ hostId, project }, tail)
    let push = (_: LogViewState) => {}
    const view = new LogView(viewId, log, (state) => push(state))
    this.#views.set(viewId, view)
    log.views.set(viewId, view)
    try {
      await log.store.ask({ kind: 'open-view', viewId, filter })
      yield* latestValues<LogViewState>((pushState) => {
        push = pushState
        view.tell()
        return () => {}
      }, until)
    } finally {
      this.#close(view)
    }
  }

  async setFilter(viewId: string, filter: LogFilter): Promise<{ revision: number }> {
    const view = this.#view(viewId)
    const answer = await view.log.store.ask({ kind: 'set-filter', viewId, filter })
    view.forgetSearch()
    view.tell()
    return answer
  }

  rows(
    viewId: string,
    { revision, from, count }: { readonly revision: number; readonly from: number; readonly count: number },
  ): Promise<{ revision: number; from: number; rows: LogRow[] }> {
    return this.#view(viewId).log.store.ask({ kind: 'rows', viewId, revision, from, count })
  }

  place(viewId: string, time: string): Promise<{ revision: number; place: number | null }> {
    return this.#view(viewId).log.store.ask({ kind: 'place', viewId, time })
  }

  line(viewId: string, entryId: number): Promise<LogLineDetail | null> {
    return this.#view(viewId).log.store.ask({ kind: 'line', viewId, entryId })
  }

  /** Backwards from what is held, or around a moment. */
  search(viewId: string, at: string | null): void {
    this.#view(viewId).search(at)
  }

  stopSearch(viewId: string): void {
    this.#view(viewId).stopSearch()
  }

  async *exportLines(
    viewId: string,
    format: 'ndjson' | 'text',
    signal: AbortSignal,
  ): AsyncGenerator<{ text: string }, void> {
    const { store } = this.#view(viewId).log
    const { exportId } = await store.ask({ kind: 'begin-export', viewId, format })
    try {
      while (!signal.aborted) {
        const piece = await store.ask({ kind: 'go-on-exporting', exportId })
        if (piece.text === '') return
        yield piece
      }
    } finally {
      if (store.failure === null) await store.ask({ kind: 'end-export', exportId })
    }
  }

  savedFilters(ref: StackRef): SavedFilter[] {
    return this.#options.settings.filters(ref)
  }

  saveFilter(ref: StackRef, filter: SavedFilter): void {
    this.#options.settings.saveFilter(ref, filter)
  }

  removeFilter(ref: StackRef, id: string): void {
    this.#options.settings.removeFilter(ref, id)
  }

  watchRules(ref: StackRef): WatchRule[] {
    return this.#options.settings.rules(ref)
  }

  /** Throws `input.invalid` for a rule whose expression cannot be searched for. */
  saveRule(ref: StackRef, rule: WatchRule): void {
    compileFilter(rule.filter)
    this.#options.settings.saveRule(ref, rule)
    this.#rules.update(ref)
  }

  removeRule(ref: StackRef, id: string): void {
    this.#options.settings.removeRule(ref, id)
    this.#rules.update(ref)
  }

  /** Ends what is followed and the thread that holds it. Idempotent. */
  async dispose(): Promise<void> {
    this.#end.abort()
    for (const [key, log] of this.#logs) this.#stop(key, log)
    await this.#rules.dispose()
    await Promise.all(this.#stopping)
    await this.thread.dispose()
  }

  #view(viewId: string): LogView {
    const view = this.#views.get(viewId)
    if (view !== undefined) return view
    throw new SlipwayError('log.view-closed', 'This view of the logs was closed.', { hint: 'Open the logs again.' })
  }

  #logOf(ref: StackRef, tailLines: number): SharedLog {
    const key = JSON.stringify([ref.hostId, ref.project])
    const known = this.#logs.get(key)
    if (known !== undefined && known.failure === null) return known
    const { stacks, reportBug, limitBytes } = this.#options
    const target = new LogTarget(stacks, ref)
    const log = new SharedLog({ target, thread: this.thread, tailLines, limitBytes, reportBug })
    this.#logs.set(key, log)
    return log
  }

  #close(view: LogView): void {
    view.close()
    this.#views.delete(view.viewId)
    view.log.views.delete(view.viewId)
    if (view.log.views.size === 0) void this.#stopUnlessWanted(view.log)
  }

  async #stopUnlessWanted(log: SharedLog): Promise<void> {
    const { ref } = log.target
    const key = JSON.stringify([ref.hostId, ref.project])
    await setTimeout(LINGER_MS, null, { signal: this.#end.signal }).catch(() => {})
    if (log.views.size === 0) this.#stop(key, log)
  }

  #stop(key: string, log: SharedLog): void {
    if (this.#logs.get(key) === log) this.#logs.delete(key)
    const stopping = log.stop().finally(() => this.#stopping.delete(stopping))
    this.#stopping.add(stopping)
  }
}
