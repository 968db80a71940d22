import type { MessagePort } from 'node:worker_threads'
import type { LogFilter, LogHistogram, LogLineDetail, LogRow, WatchRule } from '../../../shared/contract/logs.ts'
import type { ErrorShape } from '../../../shared/errors.ts'
import type { LogFormat, LogKeys } from '../../../shared/runbook/schema.ts'
import type { LogBatch, LogContainer } from '../log-batch.ts'

/** What the runbook says of a service's lines. */
export interface LogServiceSettings {
  readonly format: LogFormat
  readonly keys: LogKeys
  readonly fields: readonly string[]
}

export interface LogStoreSettings {
  readonly services: Readonly<Record<string, LogServiceSettings>>
  /** Values that are masked in all that leaves the store. */
  readonly secrets: readonly string[]
}

export interface LogStoreOptions {
  /** That texts and what is known of them may take. */
  readonly limitBytes: number
}

/** A row that is no line. */
export interface LogNote {
  readonly kind: 'gap' | 'skipped' | 'container'
  readonly container: LogContainer
  readonly message: string
  /** By the engine's clock. Null: where the container's next line, or else its last one, is. */
  readonly timeNs: bigint | null
  /** By the host's clock, where nothing tells a better time. */
  readonly nowMs: number
}

/** To the store, in order. */
export type StoreMessage =
  | { readonly type: 'configure'; readonly settings: LogStoreSettings }
  | { readonly type: 'lines'; readonly batch: LogBatch }
  | { readonly type: 'note'; readonly note: LogNote }
  | { readonly type: 'rules'; readonly rules: readonly WatchRule[] }
  | { readonly type: 'close-view'; readonly viewId: string }
  | { readonly type: 'request'; readonly id: number; readonly request: StoreRequest }

export type StoreRequest =
  | { readonly kind: 'open-view'; readonly viewId: string; readonly filter: LogFilter }
  | { readonly kind: 'set-filter'; readonly viewId: string; readonly filter: LogFilter }
  | {
      readonly kind: 'rows'
      readonly viewId: string
      readonly revision: number
      readonly from: number
      readonly count: number
    }
  | { readonly kind: 'place'; readonly viewId: string; readonly time: string }
  | { readonly kind: 'line'; readonly viewId: string; readonly entryId: number }
  /** Lines that a search read; only those that pass the view's filter are kept. */
  | { readonly kind: 'found'; readonly viewId: string; readonly revision: number; readonly batch: LogBatch }
  /** Where a search begins; `anew`: what an earlier one found is let go. */
  | { readonly kind: 'search-from'; readonly viewId: string; readonly anew: boolean }
  /** Lines from there up to what is held were not read. */
  | { readonly kind: 'found-hole'; readonly viewId: string; readonly revision: number; readonly fromNs: bigint }
  /** How the views stand is told before the answer comes. */
  | { readonly kind: 'tell-states' }
  | { readonly kind: 'begin-export'; readonly viewId: string; readonly format: 'ndjson' | 'text' }
  | { readonly kind: 'go-on-exporting'; readonly exportId: number }
  | { readonly kind: 'end-export'; readonly exportId: number }

export interface StoreAnswers {
  'open-view': null
  'set-filter': { readonly revision: number }
  rows: { readonly revision: number; readonly from: number; readonly rows: LogRow[] }
  place: { readonly revision: number; readonly place: number | null }
  line: LogLineDetail | null
  /** Full: what was found takes as much room as it may. */
  found: { readonly readLines: number; readonly foundLines: number; readonly isFull: boolean }
  'search-from': {
    readonly revision: number
    /** Everything of these services from here on is held; null: nothing is. */
    readonly beforeNs: bigint | null
    /** What the filter asks for; null: all. */
    readonly services: readonly string[] | null
    readonly fromNs: bigint | null
    readonly toNs: bigint | null
  }
  'found-hole': null
  'tell-states': null
  'begin-export': { readonly exportId: number }
  /** An empty text: that was all. */
  'go-on-exporting': { readonly text: string }
  'end-export': null
}

/** What a view knows of itself in the store; the rest is known where the tail is. */
export interface StoreViewState {
  readonly viewId: string
  readonly revision: number
  readonly firstPlace: number
  readonly count: number
  readonly heldLines: number
  readonly heldBytes: number
  readonly filtering: boolean
  readonly reordered: number
  readonly oldest: string | null
  readonly heldFrom: string | null
  readonly newest: string | null
  readonly histogram: LogHistogram | null
  /** The format by which each service's lines are read, and whether it was found out from them. */
  readonly formats: Readonly<Record<string, { readonly format: string; readonly detected: boolean }>>
}

/** A watch rule that was met. */
export interface RuleHit {
  readonly ruleId: string
  readonly time: string
  readonly service: string
  /** Of the last line; masked and cut. */
  readonly message: string
}

/** From the store. */
export type StoreReport =
  /** A batch of so many bytes was taken in: there is room for as many more. */
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'view'; readonly state: StoreViewState }
  | { readonly type: 'rule'; readonly hit: RuleHit }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: ErrorShape }

/** What the worker is asked to begin a store with: everything else goes over the port. */
export interface OpenStore {
  readonly port: MessagePort
  readonly options: LogStoreOptions
}
