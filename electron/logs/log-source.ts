import type { LogBatch, LogEvent } from './log-batch.ts'

export interface TailOptions {
  /** By name; null: all that the stack has, also those that come later. */
  readonly services: readonly string[] | null
  /** So many lines of each container that is there already come first; containers made later come from their first line. */
  readonly tailLines: number
}

export interface WindowOptions {
  readonly services: readonly string[] | null
  /** By the engine's clock, in nanoseconds since 1970; both inclusive. Null: without that limit. */
  readonly sinceNs: bigint | null
  readonly untilNs: bigint | null
}

/** Where the lines of one stack come from. Opens nothing until it is asked, and nothing stays open after `signal`. */
export interface LogSource {
  /**
   * Follows services across restarts, recreation and lost connections: each line once, in order within a container,
   * or a `gap` that says where lines may be missing. Ends without an error when `signal` aborts, and only then.
   * Whoever reads slower than lines come gets a `gap` that counts what was left out; the engine is never kept waiting.
   */
  tail(options: TailOptions, signal: AbortSignal): AsyncIterable<LogEvent>
  /**
   * What the host still has of a window of time, container after container, oldest line first. Reads as fast as the
   * reader takes it. Throws SlipwayError; a container that goes away meanwhile is left out.
   */
  readWindow(options: WindowOptions, signal: AbortSignal): AsyncIterable<LogBatch>
  /**
   * The time of the first line that the host still has; null: there is none. A line of the other stream may be stored
   * behind it and be some milliseconds earlier; a search further back finds nothing.
   */
  oldestTime(services: readonly string[] | null, signal: AbortSignal): Promise<bigint | null>
}
