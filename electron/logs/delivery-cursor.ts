import { hash } from 'node:crypto'
import { type LogLines, pickLines } from '../docker/log-lines.ts'

/** How far one stream of a container was told. Times are in two halves, as in {@link LogLines}, low one first. */
interface StreamPlace {
  low: number
  high: number
  /** Lines that were told with exactly that time, but for the one at `first`. */
  readonly seen: Set<string>
  /** Place in the batch at hand of the first line with that time: mostly the only one, that needs no name. Null: none. */
  first: number | null
}

/**
 * Tells which lines of a container were told before. Within one stream times rise, so a line is new when it is later
 * than the last one, or as late and of another content. Across streams the engine's order is not the order of time, so
 * each stream has its own place.
 */
export class DeliveryCursor {
  readonly #places: (StreamPlace | null)[] = [null, null, null]

  /** The latest time told; null: no line yet. */
  get latestNs(): bigint | null {
    let latest: bigint | null = null
    for (const place of this.#places) {
      if (place !== null && (latest === null || timeOf(place) > latest)) latest = timeOf(place)
    }
    return latest
  }

  /** How far a stream was told. */
  latestOf(stream: number): bigint | null {
    const place = this.#places[stream] ?? null
    return place === null ? null : timeOf(place)
  }

  /** The lines that were not told before; from now on they were. */
  admit(lines: LogLines): LogLines {
    const { times, streams } = lines
    const halves = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
    const rejected: number[] = []
    for (let at = 0; at < streams.length; at++) {
      const stream = streams[at] ?? 1
      const low = halves[2 * at] ?? 0
      const high = halves[2 * at + 1] ?? 0
      const place = this.#places[stream] ?? null
      if (place === null) this.#places[stream] = { low, high, seen: new Set(), first: at }
      else if (high > place.high || (high === place.high && low > place.low)) advance(place, low, high, at)
      else if (high < place.high || low < place.low || !isNew(place, lines, at)) rejected.push(at)
    }
    for (const place of this.#places) place && settle(place, lines)
    return rejected.length === 0 ? lines : pickLines(lines, rejected)
  }

  /** Forgets everything: what comes next is another log. */
  reset(): void {
    this.#places.fill(null)
  }
}

function timeOf({ low, high }: StreamPlace): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

function advance(place: StreamPlace, low: number, high: number, at: number): void {
  place.low = low
  place.high = high
  if (place.seen.size > 0) place.seen.clear()
  place.first = at
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
