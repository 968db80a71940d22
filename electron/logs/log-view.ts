import type { LogViewState } from '../../shared/contract/logs.ts'
import { type ErrorShape, type SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { LogSearch } from './log-search.ts'
import type { SharedLog } from './shared-log.ts'
import type { StoreViewState } from './store/messages.ts'

/** What one page looks at: its part of the store, how the tail stands, and its search. */
export class LogView {
  readonly viewId: string
  readonly log: SharedLog
  readonly #push: (state: LogViewState) => void
  readonly #search: LogSearch
  #state: StoreViewState | null = null
  #failure: ErrorShape | null = null

  constructor(viewId: string, log: SharedLog, push: (state: LogViewState) => void) {
    this.viewId = viewId
    this.log = log
    this.#push = push
    this.#search = new LogSearch({ viewId, log, onChange: () => this.tell() })
  }

  take(state: StoreViewState): void {
    this.#state = state
    this.tell()
  }

  fail(failure: SlipwayError): void {
    this.#failure = toErrorShape(failure)
    this.tell()
  }

  tell(): void {
    const { tail } = this.log
    const { formats, ...state } = this.#state ?? blank(this.viewId)
    this.#push({
      ...state,
      skippedLines: tail.skippedLines,
      services: tail.services(formats),
      search: this.#search.state,
      error: this.#failure ?? tail.error,
    })
  }

  /** Another filter: what was searched for is not asked any more. */
  forgetSearch(): void {
    this.#search.forget()
  }

  search(at: string | null): void {
    if (at === null) this.#search.start()
    else this.#search.seek(at)
  }

  stopSearch(): void {
    this.#search.cancel()
  }

  close(): void {
    this.#search.forget()
    this.log.store.tell({ type: 'close-view', viewId: this.viewId })
  }
}

function blank(viewId: string): StoreViewState {
  return {
    viewId,
    revision: 0,
    firstPlace: 0,
    count: 0,
    heldLines: 0,
    heldBytes: 0,
    filtering: false,
    reordered: 0,
    oldest: null,
    heldFrom: null,
    newest: null,
    histogram: null,
    formats: {},
  }
}
