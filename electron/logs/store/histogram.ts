import type { LogCounts, LogHistogram } from '../../../shared/contract/logs.ts'
import { LOG_LEVELS } from '../../../shared/logs/level.ts'
import type { LevelCode } from './chunk.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Widths in which lines are counted: each a multiple of the one before, so that counts can be put together. */
const COUNTED = [100, SECOND, 5 * SECOND, MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 364 * DAY]
/** Widths that a person reads at a glance. */
const SHOWN = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 7, 28, 364, 3640].map((days) => days * DAY),
]
/** More would not be told apart on a screen. */
const MAX_SHOWN = 120
/** Enough that what is shown can be put together from them in many widths. */
const MAX_COUNTED = 1_440

const CODES = LOG_LEVELS.length + 1

/** How many lines of each level there are over time. Lines come and go one by one; the buckets widen as needed. */
export class Histogram {
  #step = 0
  #buckets = new Map<number, Uint32Array>()
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY

  add(timeMs: number, level: LevelCode): void {
    let bucket = Math.floor(timeMs / this.#width)
    if (bucket < this.#low || bucket > this.#high) {
      this.#reach(timeMs)
      bucket = Math.floor(timeMs / this.#width)
    }
    const known = this.#buckets.get(bucket)
    if (known !== undefined) known[level] = (known[level] as number) + 1
    else {
      const counts = new Uint32Array(CODES)
      counts[level] = 1
      this.#buckets.set(bucket, counts)
    }
  }

  remove(timeMs: number, level: LevelCode): void {
    const bucket = Math.floor(timeMs / this.#width)
    const counts = this.#buckets.get(bucket)
    if (counts === undefined) return
    counts[level] = (counts[level] as number) - 1
    if (counts.some((count) => count > 0)) return
    this.#buckets.delete(bucket)
    if (this.#buckets.size === 0) this.clear()
    else if (bucket === this.#low) while (!this.#buckets.has(this.#low)) this.#low += 1
    else if (bucket === this.#high) while (!this.#buckets.has(this.#high)) this.#high -= 1
  }

  clear(): void {
    this.#step = 0
    this.#buckets = new Map()
    this.#low = Number.POSITIVE_INFINITY
    this.#high = Number.NEGATIVE_INFINITY
  }

  /** Null where there is no line. */
  describe(): LogHistogram | null {
    if (this.#buckets.size === 0) return null
    const [from, to] = [this.#low * this.#width, (this.#high + 1) * this.#width]
    const width = this.#shownWidth(from, to)
    const shown = new Map<number, Uint32Array>()
    for (const [bucket, counts] of this.#buckets) addTo(shown, Math.floor((bucket * this.#width) / width), counts)
    const buckets = [...shown].sort(([a], [b]) => a - b)
    return {
      from: iso(Math.floor(from / width) * width),
      to: iso(Math.ceil(to / width) * width),
      bucketMs: width,
      buckets: buckets.map(([bucket, counts]) => ({ at: iso(bucket * width), counts: describeCounts(counts) })),
    }
  }

  get #width(): number {
    return COUNTED[this.#step] as number
  }

  #shownWidth(from: number, to: number): number {
    const fits = (width: number) =>
      width >= this.#width && width % this.#width === 0 && Math.ceil(to / width) - Math.floor(from / width) <= MAX_SHOWN
    return SHOWN.find(fits) ?? (SHOWN.at(-1) as number)
  }

  /** Takes a time into the range, with wider buckets where it would be too many. */
  #reach(timeMs: number): void {
    const isFirst = this.#buckets.size === 0
    const low = Math.min(isFirst ? timeMs : this.#low * this.#width, timeMs)
    const high = Math.max(isFirst ? timeMs : this.#high * this.#width, timeMs)
    const before = this.#width
    const isTooMany = () => (high - low) / this.#width > MAX_COUNTED && this.#step < COUNTED.length - 1
    while (isTooMany()) this.#step += 1
    if (this.#width !== before) {
      const old = this.#buckets
      this.#buckets = new Map()
      for (const [bucket, counts] of old) addTo(this.#buckets, Math.floor((bucket * before) / this.#width), counts)
    }
    this.#low = Math.floor(low / this.#width)
    this.#high = Math.floor(high / this.#width)
  }
}

function addTo(buckets: Map<number, Uint32Array>, bucket: number, counts: Uint32Array): void {
  const sum = buckets.get(bucket) ?? new Uint32Array(CODES)
  for (let code = 0; code < CODES; code++) sum[code] = (sum[code] as number) + (counts[code] as number)
  buckets.set(bucket, sum)
}

function describeCounts(counts: Uint32Array): LogCounts {
  const [none = 0, trace = 0, debug = 0, info = 0, warn = 0, error = 0, fatal = 0] = counts
  return { trace, debug, info, warn, error, fatal, none }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
