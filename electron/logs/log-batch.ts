import type { ErrorShape } from '../../shared/errors.ts'

/** The container that lines come from. A service that is recreated goes on under another one. */
export interface LogContainer {
  readonly id: string
  readonly service: string
}

/**
 * Lines of one container in the order in which it wrote them, packed so that they can be handed to another thread
 * without a copy: line `i` is `bytes[ends[i - 1] ?? 0, ends[i])`, UTF-8 as it came, without its line end and without
 * the engine's timestamp.
 */
export interface LogBatch {
  readonly container: LogContainer
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
  /** The engine's timestamps, in nanoseconds since 1970. */
  readonly times: BigInt64Array
  /** 1 stdout, 2 stderr, as the engine numbers them. */
  readonly streams: Uint8Array
}

/** What a tail tells, in order. */
export type LogEvent =
  | { readonly kind: 'lines'; readonly batch: LogBatch }
  /** Lines between the two times may be missing. Null: not known. */
  | {
      readonly kind: 'gap'
      readonly container: LogContainer
      readonly after: bigint | null
      readonly before: bigint | null
      readonly reason: string
      /** Set: exactly so many lines were left out, because they came faster than they were taken. */
      readonly skippedLines?: number
    }
  | { readonly kind: 'container'; readonly container: LogContainer; readonly change: 'began' | 'ended' }
  | {
      readonly kind: 'service'
      readonly service: string
      readonly state: 'following' | 'waiting' | 'reconnecting' | 'ended'
      readonly error: ErrorShape | null
    }
