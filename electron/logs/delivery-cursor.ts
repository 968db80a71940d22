import { hash } from 'node:crypto'
import { type LogLines, type LogTime, pickLines } from '../docker/log-lines.ts'
import { ToldTimes } from './told-times.ts'

/** How far one stream of a container was told. Times are in two halves, as in {@link LogLines}, low one first. */
interface StreamPlace extends LogTime {
  /** Lines that were told with exactly that time, but for the one at `first`. */
  readonly seen: Set<string>
  /** Place in the batch at hand of the first line with that time: mostly the only one, that needs no name. Null: none. */
  first: number | null
  readonly told: ToldTimes
  /** The last line, where it is earlier than that place: the clock of the host was set back, and has not caught up. */
  late: LogTime | null
}

/**
 * Tells which lines of a container were told before. Within one stream times rise, so a line is new when it is later
 * than the last one, or as late and of another content; an engine that repeats lines repeats their times as well, so one
 * that is earlier and whose time was not told is new, too: the clock of the host was set back. Across streams the engine's
 * order is not the order of time, so each stream has its own place.
 */
export class DeliveryCursor {
  readonly #places: (StreamPlace | null)[] = [null, null, null]

  /** Up to when was told: the latest time, or the time that a clock that was set back has come to. Null: no line yet. */
  get latestNs(): bigint | null {
    const places = this.#places.filter((place) => place !== null)
    const late = places.flatMap((place) => (place.late === null ? [] : [timeOf(place.late)]))
    const [earliest] = late.toSorted((a, b) => Number(a - b))
    if (earliest !== undefined) return earliest
    return places.reduce<bigint | null>((latest, place) => {
      const time = timeOf(place)
      return latest === null || time > latest ? time : latest
    }, null)
  }

  /**
   * The lines that were not told before; from now on they were. Places of lines that are older than all that is
   * remembered are left out, and added to `strays`.
   */
  admit(lines: LogLines, strays: number[] = []): LogLines {
    const { times, streams } = lines
    const halves = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
    const rejected: number[] = []
    for (let at = 0; at < streams.length; at++) {
      const stream = streams[at] ?? 1
      const low = halves[2 * at] ?? 0
      const high = halves[2 * at + 1] ?? 0
      const place = this.#places[stream] ?? null
      if (place === null) this.#places[stream] = begin(low, high, at)
      else if (high > place.high || (high === place.high && low > place.low)) advance(place, low, high, at)
      else if (high === place.high && low === place.low) {
        if (!isNew(place, lines, at)) rejected.push(at)
      } else if (!isLate(place, low, high, at, strays)) rejected.push(at)
    }
    for (const place of this.#places) place && settle(place, lines)
    return rejected.length === 0 ? lines : pickLines(lines, rejected)
  }

  /**
   * The end of a log was read up to a time: a stream of which it had no line was told as far as the other, or else all
   * that the stream ever wrote would be new.
   */
  endedAt(ns: bigint): void {
    const time = { low: Number(ns & 0xffff_ffffn), high: Number(ns >> 32n) }
    for (const stream of [1, 2]) this.#places[stream] ??= begin(time.low, time.high, null)
  }

  /** Forgets everything: what comes next is another log. */
  reset(): void {
    this.#places.fill(null)
  }
}

function timeOf({ low, high }: LogTime): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

function begin(low: number, high: number, at: number | null): StreamPlace {
  const told = new ToldTimes()
  told.push(low, high)
  return { low, high, seen: new Set(), first: at, told, late: null }
}

/** Whether a line before the place was not told; from now on it was. */
function isLate(place: StreamPlace, low: number, high: number, at: number, strays: number[]): boolean {
  const answer = place.told.ask(low, high)
  if (answer === 'unknown') strays.push(at)
  if (answer !== 'new') return false
  place.told.insert(low, high)
  place.late = { low, high }
  return true
}

function advance(place: StreamPlace, low: number, high: number, at: number): void {
  place.low = low
  place.high = high
  if (place.seen.size > 0) place.seen.clear()
  place.first = at
  place.late = null
  place.told.push(low, high)
}

/** Whether a line with the time of the place was not told; from now on it was. */
function isNew(place: StreamPlace, lines: LogLines, at: number): boolean {
  settle(place, lines)
  const name = nameOf(lines, at)
  if (place.seen.has(name)) return false
  place.seen.add(name)
  return true
}

/** The batch goes away; only what its last lines were is kept of it. */
function settle(place: StreamPlace, lines: LogLines): void {
  if (place.first !== null) place.seen.add(nameOf(lines, place.first))
  place.first = null
}

function nameOf({ bytes, ends }: LogLines, at: number): string {
  return hash('sha1', bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]), 'base64')
}
