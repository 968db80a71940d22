import { LogLinesBuilder } from './log-lines.ts'
import { TimestampReader } from './log-time.ts'
import { LongLine } from './long-line.ts'

const HEADER_LENGTH = 8
/** Engines cut lines at 16 KiB, and some drivers at 1 MiB; more says that this is no log. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024
const NEWLINE = 0x0a
const STDERR = 2

/** Reads what the engine tells of a log, in whatever pieces it comes. */
export interface LogReader {
  /** The buffer is only lent. */
  push(source: Buffer, start: number, end: number): void
  /** Tells a last line without an end as a line, too. Not after a cut: its rest comes when it is read again. */
  flush(): void
  readonly lines: LogLinesBuilder
}

/**
 * The log of a container without a terminal: frames of an 8-byte header and one line, or one piece of a long line,
 * each with the timestamp. https://docs.docker.com/reference/api/engine/ "Stream format"
 */
export class FrameReader implements LogReader {
  readonly lines = new LogLinesBuilder()
  readonly #stamps = new TimestampReader()
  /** Lines that are not complete yet, by stream. */
  readonly #open: (LongLine | null)[] = [null, null, null]
  /** The beginning of a frame whose rest has not come. */
  #held = Buffer.alloc(0)

  push(source: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      if (this.#held.length > 0) {
        at = this.#complete(source, at, end)
        continue
      }
      const next = end - at < HEADER_LENGTH ? Number.POSITIVE_INFINITY : at + frameLength(source, at)
      if (next > end) {
        this.#held = Buffer.from(source.subarray(at, end))
        return
      }
      this.#readFrame(source, at, next)
      at = next
    }
  }

  flush(): void {
    this.#close(1)
    this.#close(2)
  }

  /** Adds to the held frame what it needs, its header first; returns how far that was. */
  #complete(source: Buffer, at: number, end: number): number {
    const held = this.#held
    const wanted = held.length < HEADER_LENGTH ? HEADER_LENGTH : frameLength(held, 0)
    const taken = Math.min(end, at + wanted - held.length)
    this.#held = Buffer.concat([held, source.subarray(at, taken)])
    if (this.#held.length >= HEADER_LENGTH && this.#held.length === frameLength(this.#held, 0)) {
      const frame = this.#held
      this.#held = Buffer.alloc(0)
      this.#readFrame(frame, 0, frame.length)
    }
    return taken
  }

  #readFrame(source: Buffer, at: number, end: number): void {
    const stream = source[at] === STDERR ? 2 : 1
    const start = at + HEADER_LENGTH
    const stampLength = this.#stamps.read(source, start, end)
    const content = start + stampLength
    const { time } = this.#stamps
    const open = this.#open[stream] ?? null
    // The rest of a line repeats its timestamp; another one means that the rest was lost to rotation.
    if (open !== null && !open.isOf(time)) this.#close(stream)
    const isWhole = end > content && source[end - 1] === NEWLINE
    const line = this.#open[stream] ?? null
    if (line === null && isWhole) {
      this.lines.add(source, content, end - 1, time, stream)
      return
    }
    const long = line ?? new LongLine(time)
    this.#open[stream] = long
    long.add(source, content, isWhole ? end - 1 : end)
    if (isWhole) this.#close(stream)
  }

  #close(stream: number): void {
    const open = this.#open[stream] ?? null
    this.#open[stream] = null
    if (open === null) return
    const bytes = open.read()
    this.lines.add(bytes, 0, bytes.length, open.time, stream)
  }
}

function frameLength(source: Buffer, at: number): number {
  const length = source.readUInt32BE(at + 4)
  if (length > MAX_FRAME_BYTES) throw new Error('What came is not the log of a container.')
  return HEADER_LENGTH + length
}
