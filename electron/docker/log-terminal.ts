import type { LogReader } from './log-frames.ts'
import { LogLinesBuilder } from './log-lines.ts'
import { TimestampReader } from './log-time.ts'
import { LongLine, MAX_LINE_BYTES } from './long-line.ts'

/** The engine cuts longer lines into pieces of this size, each with the timestamp again. */
const PIECE_BYTES = 16_384
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const STDOUT = 1

/**
 * The log of a container with a terminal: text without frames, whose lines end as a terminal's do. The timestamps that
 * the engine repeats inside a long line are cut out.
 */
export class TerminalReader implements LogReader {
  readonly lines = new LogLinesBuilder()
  readonly #stamps = new TimestampReader()
  /** Of a line whose end has not come, the raw bytes; repeated timestamps are less than a part in five hundred. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** Bytes of a line that is too long to be held. */
  #leftOutBytes = 0

  push(source: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      const newline = source.indexOf(NEWLINE, at)
      if (newline === -1 || newline >= end) {
        this.#hold(source, at, end)
        return
      }
      if (this.#heldBytes === 0) this.#readLine(source, at, newline)
      else {
        this.#hold(source, at, newline)
        this.flush()
      }
      at = newline + 1
    }
  }

  flush(): void {
    if (this.#heldBytes === 0) return
    const line = Buffer.concat(this.#held)
    this.#readLine(line, 0, line.length)
    this.#held = []
    this.#heldBytes = 0
    this.#leftOutBytes = 0
  }

  #hold(source: Buffer, start: number, end: number): void {
    // Enough that the line is longer than what is kept of it, and so is told as cut.
    const room = Math.max(0, MAX_LINE_BYTES + MAX_LINE_BYTES / 256 - this.#heldBytes)
    const kept = Math.min(end, start + room)
    if (kept > start) this.#held.push(Buffer.from(source.subarray(start, kept)))
    this.#heldBytes += kept - start
    this.#leftOutBytes += end - kept
  }

  #readLine(source: Buffer, start: number, newline: number): void {
    const end = newline > start && source[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline
    const content = start + this.#stamps.read(source, start, end)
    const { time } = this.#stamps
    if (end - content <= PIECE_BYTES) {
      this.lines.add(source, content, end, time, STDOUT)
      return
    }
    const line = new LongLine(time)
    const stamp = source.subarray(start, content)
    for (let at = content; at < end; ) {
      const piece = Math.min(end, at + PIECE_BYTES)
      const repeats = stamp.length > 0 && source.subarray(piece, piece + stamp.length).equals(stamp)
      const next = repeats ? piece + stamp.length : piece
      // The cut may go through the line's end: its newline alone is the last piece.
      const isCutEnd = repeats && next === newline && source[piece - 1] === CARRIAGE_RETURN
      line.add(source, at, isCutEnd ? piece - 1 : piece)
      at = next
    }
    line.leaveOut(this.#leftOutBytes)
    const bytes = line.read()
    this.lines.add(bytes, 0, bytes.length, time, STDOUT)
  }
}
