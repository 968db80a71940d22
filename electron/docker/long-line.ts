import type { LogTime } from './log-lines.ts'

/** A longer line is cut: nobody reads so much of one line, and a program that never ends its line would fill memory. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024

/** A line that the engine tells in pieces, until its last one has come. */
export class LongLine {
  readonly time: LogTime
  readonly #parts: Buffer[] = []
  #keptBytes = 0
  #leftOutBytes = 0

  constructor({ high, low }: LogTime) {
    this.time = { high, low }
  }

  isOf({ high, low }: LogTime): boolean {
    return this.time.high === high && this.time.low === low
  }

  add(source: Buffer, start: number, end: number): void {
    const room = MAX_LINE_BYTES - this.#keptBytes
    const kept = end - start <= room ? end : endOfCharacter(source, start, start + room)
    if (kept > start && this.#leftOutBytes === 0) {
      // The buffer is only lent.
      this.#parts.push(Buffer.from(source.subarray(start, kept)))
      this.#keptBytes += kept - start
      this.#leftOutBytes += end - kept
    } else {
      this.#leftOutBytes += end - start
    }
  }

  /** Counts bytes that are not here to be added. */
  leaveOut(bytes: number): void {
    this.#leftOutBytes += bytes
  }

  /** Whole, or cut with a word on how much is missing. */
  read(): Buffer {
    if (this.#leftOutBytes === 0) return Buffer.concat(this.#parts)
    return Buffer.concat([...this.#parts, Buffer.from(` … [${this.#leftOutBytes} more bytes of this line left out]`)])
  }
}

/** The last place at or before `end` that does not split a character of UTF-8. */
function endOfCharacter(source: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && ((source[at] ?? 0) & 0xc0) === 0x80) at--
  return at
}
