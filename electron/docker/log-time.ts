import type { LogTime } from './log-lines.ts'

/** `2026-11-21T06:28:00.123456789Z `, as the engine writes it before each line. */
const UTC_LENGTH = 31
/** `2026-11-21T06:28:00.123456789+02:00 `: a driver that keeps times in the zone of the engine's machine. */
const ZONED_LENGTH = 36
const SECONDS_LENGTH = 19
const TWO_TO_32 = 0x1_0000_0000

const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d) $/

/** Reads the timestamp before a line. Most lines come in the same second as the one before, which is made use of. */
export class TimestampReader {
  readonly #second = Buffer.alloc(SECONDS_LENGTH)
  #baseHigh = 0
  #baseLow = 0
  readonly time: LogTime = { high: 0, low: 0 }

  /** Length of the timestamp at `start`, whose value is then in `time`; 0 where there is none. */
  read(source: Buffer, start: number, end: number): number {
    if (end - start < UTC_LENGTH) return 0
    if (source[start + 30] !== 0x20 || source[start + 29] !== 0x5a || !this.#isSameSecond(source, start)) {
      return this.#readAny(source, start, end)
    }
    const nanoseconds = readDigits(source, start + 20)
    if (nanoseconds < 0) return 0
    this.#set(nanoseconds)
    return UTC_LENGTH
  }

  #isSameSecond(source: Buffer, start: number): boolean {
    for (let at = SECONDS_LENGTH - 1; at >= 0; at--) {
      if (source[start + at] !== this.#second[at]) return false
    }
    return source[start + SECONDS_LENGTH] === 0x2e
  }

  #readAny(source: Buffer, start: number, end: number): number {
    const text = source.toString('latin1', start, Math.min(end, start + ZONED_LENGTH))
    const length = text[29] === 'Z' ? UTC_LENGTH : ZONED_LENGTH
    const zone = SHAPE.exec(text.slice(0, length))?.[1]
    if (zone === undefined) return 0
    const milliseconds = Date.parse(`${text.slice(0, SECONDS_LENGTH)}${zone}`)
    if (Number.isNaN(milliseconds)) return 0
    const base = BigInt(milliseconds) * 1_000_000n
    this.#baseHigh = Number(base >> 32n)
    this.#baseLow = Number(base & 0xffff_ffffn)
    // A time with a zone is not what the next line in UTC is compared with.
    if (zone === 'Z') source.copy(this.#second, 0, start, start + SECONDS_LENGTH)
    else this.#second.fill(0)
    this.#set(readDigits(source, start + 20))
    return length
  }

  #set(nanoseconds: number): void {
    const low = this.#baseLow + nanoseconds
    const carry = low >= TWO_TO_32 ? 1 : 0
    this.time.low = low - carry * TWO_TO_32
    this.time.high = this.#baseHigh + carry
  }
}

function readDigits(source: Buffer, start: number): number {
  let value = 0
  for (let at = start; at < start + 9; at++) {
    const digit = (source[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** As the engine takes it for `since` and `until`: a number would lose digits. */
export function toSeconds(timeNs: bigint): string {
  const nanoseconds = timeNs < 0n ? 0n : timeNs
  return `${nanoseconds / 1_000_000_000n}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}`
}
