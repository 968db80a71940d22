import type { LogLines } from '../docker/log-lines.ts'
import type { LogContainer, LogEvent } from './log-batch.ts'

/** Lines that nobody has taken yet fill memory: live ones beyond this are left out, and counted. */
const MAX_BYTES = 64 * 1024 * 1024
/** What can wait (lines that the host keeps) waits beyond this. */
const AHEAD_BYTES = 4 * 1024 * 1024
/** What a line costs beside its text. */
const LINE_BYTES = 13

interface Skipped {
  readonly container: LogContainer
  readonly after: bigint
  before: bigint
  count: number
}

/** What a tail has to tell, until it is taken. Bounded: who is slow is told how much was left out. */
export class EventQueue {
  readonly #events: LogEvent[] = []
  readonly #skipped = new Map<string, Skipped>()
  readonly #maxBytes: number
  #bytes = 0
  #wakeReader = () => {}
  #waitingForRoom: (() => void)[] = []

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  push(event: Exclude<LogEvent, { kind: 'lines' }>): void {
    this.#events.push(event)
    this.#wakeReader()
  }

  /** Lines that come now and cannot wait. */
  pushLines(container: LogContainer, lines: LogLines): void {
    if (lines.ends.length === 0) return
    const skipped = this.#skipped.get(container.id)
    // Once something is left out, there is to be some room again before more is told: else every batch had a gap.
    if (this.#bytes > (skipped === undefined ? this.#maxBytes : this.#maxBytes / 2)) this.#skip(container, lines)
    else {
      if (skipped !== undefined) this.#tellSkipped(skipped)
      this.#bytes += sizeOf(lines)
      this.#events.push({ kind: 'lines', batch: { container, ...lines } })
      this.#wakeReader()
    }
  }

  /** Lines that the host keeps: waits until there is room. */
  async pushKept(container: LogContainer, lines: LogLines, signal: AbortSignal): Promise<void> {
    while (this.#bytes > Math.min(AHEAD_BYTES, this.#maxBytes / 2) && !signal.aborted) await this.#room(signal)
    this.pushLines(container, lines)
  }

  /** Ends when `signal` aborts. */
  async *read(signal: AbortSignal): AsyncGenerator<LogEvent, void> {
    const onAbort = () => this.#wakeReader()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const event = this.#events.shift()
        if (event !== undefined) {
          if (event.kind === 'lines') this.#release(sizeOf(event.batch))
          yield event
        } else if (this.#skipped.size > 0) {
          for (const skipped of this.#skipped.values()) this.#tellSkipped(skipped)
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #skip(container: LogContainer, { times }: LogLines): void {
    const first = times[0] ?? 0n
    const last = times.at(-1) ?? first
    const skipped = this.#skipped.get(container.id)
    if (skipped === undefined) {
      this.#skipped.set(container.id, { container, after: first, before: last, count: times.length })
    } else {
      skipped.before = last
      skipped.count += times.length
    }
  }

  #tellSkipped({ container, after, before, count }: Skipped): void {
    this.#skipped.delete(container.id)
    const reason = `${count} lines came faster than they could be taken, and were left out.`
    this.push({ kind: 'gap', container, after, before, reason, skippedLines: count })
  }

  #release(bytes: number): void {
    this.#bytes -= bytes
    const waiting = this.#waitingForRoom
    this.#waitingForRoom = []
    for (const wake of waiting) wake()
  }

  #room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        signal.removeEventListener('abort', finish)
        resolve()
      }
      signal.addEventListener('abort', finish)
      this.#waitingForRoom.push(finish)
    })
  }
}

function sizeOf({ bytes, ends }: LogLines): number {
  return bytes.length + LINE_BYTES * ends.length
}
