import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogReadRequest } from '../docker/engine-logs.ts'
import type { LogDescription } from '../docker/log-description.ts'
import type { LogLines } from '../docker/log-lines.ts'
import type { DeliveryCursor } from './delivery-cursor.ts'
import type { EventQueue } from './event-queue.ts'
import { HeadCheck } from './head-check.ts'
import type { LogContainer } from './log-batch.ts'

/** Where a log is begun of which nothing was told yet: so many lines before its end, or at its first line. */
export type BackfillStart = { readonly tailLines: number } | 'beginning'

/** Lines of the two streams are not stored in the order of their times; inversions of 35 ms were seen. */
const OVERLAP_NS = 1_000_000_000n
/** Tried first, since with `since` the engine decodes all that it has. */
const SHORT_TAIL_LINES = 2_000
/** Of a log of which nothing is to be told so many are looked at, so that an engine that repeats the last is known to. */
const PLACE_LINES = 200
/** A line of one stream may be so much earlier than those of the other that stand before it; 35 ms were seen. */
const INVERSION_NS = 100_000_000n
/** Without the last lines, what is asked for instead is right as well, but may be much more where nothing is known yet. */
const STALL_MS = 3_000
const FIRST_STALL_MS = 10_000

interface BackfillOptions {
  readonly engine: Pick<Engine, 'logs'>
  readonly container: LogContainer
  readonly start: BackfillStart
  readonly queue: EventQueue
}

type HowToRead = Pick<LogReadRequest, 'isTerminal' | 'withUnfinished'>

/** Reads what a container logged since the cursor, or before anything was told, and tells it. */
export class Backfill {
  readonly #options: BackfillOptions
  readonly #cursor: DeliveryCursor
  #start: BackfillStart
  /** The log was found empty after lines of it had been told. A follow of such a log may be dead. */
  wasEmptied = false

  constructor(options: BackfillOptions, cursor: DeliveryCursor) {
    this.#options = options
    this.#cursor = cursor
    this.#start = options.start
  }

  /** Tells what is new, and returns how many lines that were. The cursor has moved only as far as lines were told. */
  async read(description: LogDescription, withUnfinished: boolean, signal: AbortSignal): Promise<number> {
    const how = { isTerminal: description.isTerminal, withUnfinished }
    const latest = this.#cursor.latestNs
    const told =
      latest === null ? await this.#readFirst(description, how, signal) : await this.#readOn(latest, how, signal)
    signal.throwIfAborted()
    return told
  }

  /** Nothing was told yet. Once this was read whole, whatever else comes is to be told, too. */
  async #readFirst(description: LogDescription, how: HowToRead, signal: AbortSignal): Promise<number> {
    const start = this.#start
    let told = 0
    const tail =
      start === 'beginning' ? null : await this.#readTail(how, start.tailLines || PLACE_LINES, FIRST_STALL_MS, signal)
    if (start === 'beginning') told = await this.#tellWhole(description, this.#read(how, signal), signal)
    else if (start.tailLines > 0) {
      told = await this.#tellAll(tail ?? this.#read(how, signal), signal)
    } else {
      // Only to know where the log stands.
      for await (const lines of tail ?? this.#read(how, signal)) this.#cursor.admit(lines)
    }
    const latest = this.#cursor.latestNs
    if (start !== 'beginning' && latest !== null) this.#cursor.endedAt(latest - INVERSION_NS)
    this.#start = 'beginning'
    return told
  }

  async #readOn(latestNs: bigint, how: HowToRead, signal: AbortSignal): Promise<number> {
    const tail = await this.#readTail(how, SHORT_TAIL_LINES, STALL_MS, signal)
    const oldest = tail?.[0]?.times[0]
    if (tail !== null && oldest !== undefined && oldest <= latestNs - OVERLAP_NS) return this.#tellAll(tail, signal)
    return this.#tellSince(latestNs, how, signal)
  }

  async #tellSince(latestNs: bigint, how: HowToRead, signal: AbortSignal): Promise<number> {
    let told = 0
    let isFirst = true
    for await (const lines of this.#read({ ...how, sinceNs: latestNs - OVERLAP_NS }, signal)) {
      if (isFirst && !reachesBack(lines, latestNs)) this.#tellGap(latestNs, lines.times[0] ?? null)
      isFirst = false
      told += await this.#tell(lines, signal)
    }
    if (!isFirst) return told
    // The last line that was told is not there any more, and no other is: the log was emptied.
    this.#tellGap(latestNs, null)
    this.#cursor.reset()
    this.wasEmptied = true
    return 0
  }

  /** All that there is of a log; whether that begins at its beginning is asked first. */
  async #tellWhole(
    description: LogDescription,
    batches: AsyncIterable<LogLines>,
    signal: AbortSignal,
  ): Promise<number> {
    const head = new HeadCheck(description)
    let told = 0
    for await (const lines of batches) {
      const ready = head.add(lines)
      if (head.takeDoubt()) this.#tellGap(null, head.firstNs)
      told += await this.#tellAll(ready, signal)
    }
    return told + (await this.#tellAll(head.rest(), signal))
  }

  async #tellAll(batches: AsyncIterable<LogLines> | Iterable<LogLines>, signal: AbortSignal): Promise<number> {
    let told = 0
    for await (const lines of batches) told += await this.#tell(lines, signal)
    return told
  }

  async #tell(lines: LogLines, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted()
    const { queue, container } = this.#options
    const fresh = this.#cursor.admit(lines)
    // Once it is pushed, another thread may take its memory.
    const count = fresh.ends.length
    await queue.pushKept(container, fresh, signal)
    return count
  }

  /** The last lines. Null: the engine did not come to an end with them, as Docker 26.1 after a log was emptied. */
  async #readTail(
    how: HowToRead,
    tailLines: number,
    stallTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<LogLines[] | null> {
    try {
      return await Array.fromAsync(this.#read({ ...how, tailLines, stallTimeoutMs }, signal))
    } catch (error) {
      if (isSlipwayError(error) && error.code === 'host.timeout') return null
      throw error
    }
  }

  #read(request: LogReadRequest, signal: AbortSignal): AsyncGenerator<LogLines, void> {
    return this.#options.engine.logs.read(this.#options.container.id, request, signal)
  }

  #tellGap(after: bigint | null, before: bigint | null): void {
    const { queue, container } = this.#options
    const reason = `The log was rotated or emptied: lines ${after === null ? 'before this' : 'between'} may be missing.`
    queue.push({ kind: 'gap', container, after, before, reason })
  }
}

/** Whether the lines begin at or before the last one that was told. */
function reachesBack({ times }: LogLines, latestNs: bigint): boolean {
  return times.some((time) => time <= latestNs)
}
