/**
 * Lines of one container in the order in which the engine told them, packed: line `i` is
 * `bytes[ends[i - 1] ?? 0, ends[i])`, as it came, without its newline and without the engine's timestamp. Each array
 * has its memory to itself, so that it can be handed to another thread.
 */
export interface LogLines {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
  /** The engine's timestamps, in nanoseconds since 1970. */
  readonly times: BigInt64Array
  /** 1 stdout, 2 stderr, as the engine numbers them. */
  readonly streams: Uint8Array
}

const SMALLEST_BYTES = 16 * 1024
const SMALLEST_LINES = 64
/** Memory beyond this, which one long line has taken, is given back. */
const KEPT_BYTES = 1024 * 1024

/** Packs lines. Its memory is used again for the next batch. */
export class LogLinesBuilder {
  #bytes = Buffer.allocUnsafeSlow(SMALLEST_BYTES)
  #ends = new Uint32Array(SMALLEST_LINES)
  /** Two halves a line, the low one first: a bigint a line would cost more than all the rest. */
  #times = new Uint32Array(2 * SMALLEST_LINES)
  #streams = new Uint8Array(SMALLEST_LINES)
  #sizeBytes = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  add(source: Buffer, start: number, end: number, time: LogTime, stream: number): void {
    this.#reserve(end - start)
    source.copy(this.#bytes, this.#sizeBytes, start, end)
    this.#sizeBytes += end - start
    const at = this.#count++
    this.#ends[at] = this.#sizeBytes
    this.#times[2 * at] = time.low
    this.#times[2 * at + 1] = time.high
    this.#streams[at] = stream
  }

  /** What was added since the last time. */
  take(): LogLines {
    const count = this.#count
    const times = new BigInt64Array(count)
    new Uint32Array(times.buffer).set(this.#times.subarray(0, 2 * count))
    const lines = {
      bytes: new Uint8Array(this.#bytes.subarray(0, this.#sizeBytes)),
      ends: this.#ends.slice(0, count),
      times,
      streams: this.#streams.slice(0, count),
    }
    this.#count = 0
    this.#sizeBytes = 0
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(SMALLEST_BYTES)
    return lines
  }

  #reserve(moreBytes: number): void {
    const wanted = this.#sizeBytes + moreBytes
    if (wanted > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.#bytes.length))
      this.#bytes.copy(larger, 0, 0, this.#sizeBytes)
      this.#bytes = larger
    }
    if (this.#count === this.#ends.length) this.#reserveLines(2 * this.#count)
  }

  #reserveLines(lines: number): void {
    const before = { ends: this.#ends, times: this.#times, streams: this.#streams }
    this.#ends = new Uint32Array(lines)
    this.#times = new Uint32Array(2 * lines)
    this.#streams = new Uint8Array(lines)
    this.#ends.set(before.ends)
    this.#times.set(before.times)
    this.#streams.set(before.streams)
  }
}

/** Nanoseconds since 1970 in two halves of 32 bits. Every machine that Slipway runs on has the low one first. */
export interface LogTime {
  high: number
  low: number
}

/** Without the lines at the given places, which rise. */
export function pickLines(lines: LogLines, without: readonly number[]): LogLines {
  const builder = new LogLinesBuilder()
  const source = Buffer.from(lines.bytes.buffer, lines.bytes.byteOffset, lines.bytes.length)
  const halves = new Uint32Array(lines.times.buffer, lines.times.byteOffset, 2 * lines.times.length)
  let next = 0
  for (let at = 0; at < lines.ends.length; at++) {
    if (without[next] === at) {
      next++
      continue
    }
    const time = { low: halves[2 * at] ?? 0, high: halves[2 * at + 1] ?? 0 }
    builder.add(source, at === 0 ? 0 : (lines.ends[at - 1] ?? 0), lines.ends[at] ?? 0, time, lines.streams[at] ?? 1)
  }
  return builder.take()
}
