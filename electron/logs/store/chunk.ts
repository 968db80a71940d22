import { LOG_LEVELS, type LogLevel } from '../../../shared/logs/level.ts'

/** Large enough that a search goes through few of them, small enough that one is let go soon. */
const CHUNK_BYTES = 1024 * 1024
/** An entry is named by its chunk and a number of 16 bits. */
export const MAX_ENTRIES = 65_536
const FIRST_ENTRIES = 2_048

export const KIND = { line: 0, gap: 1, skipped: 2, container: 3 } as const
export type EntryKind = (typeof KIND)[keyof typeof KIND]

/** 0: a line without a level; else its place among `LOG_LEVELS`, from 1. */
export type LevelCode = number

export function levelCode(level: LogLevel | null): LevelCode {
  return level === null ? 0 : LOG_LEVELS.indexOf(level) + 1
}

/** What is known of an entry when it arrives. Its text is bytes as they came. */
export interface Entry {
  readonly kind: EntryKind
  readonly timeMs: number
  /** Nanoseconds within the millisecond. */
  readonly timeNs: number
  readonly level: LevelCode
  /** 1 stdout, 2 stderr. */
  readonly stream: number
  /** Which container it came from, as the store numbers them. */
  readonly source: number
  readonly extraLines: number
}

/** Some thousand entries, their bytes one after the other, and what is known of them in columns. Only ever added to. */
export class Chunk {
  /** Never used again for another chunk. */
  readonly serial: number
  /** May be used again once the chunk is let go. */
  readonly slot: number
  readonly bytes: Buffer
  count = 0
  /** Entries that are still held. */
  live = 0
  usedBytes = 0
  ends = new Uint32Array(FIRST_ENTRIES)
  timesMs = new Float64Array(FIRST_ENTRIES)
  timesNs = new Uint32Array(FIRST_ENTRIES)
  sources = new Uint16Array(FIRST_ENTRIES)
  extraLines = new Uint16Array(FIRST_ENTRIES)
  levels = new Uint8Array(FIRST_ENTRIES)
  streams = new Uint8Array(FIRST_ENTRIES)
  kinds = new Uint8Array(FIRST_ENTRIES)

  constructor(serial: number, slot: number, atLeastBytes: number) {
    this.serial = serial
    this.slot = slot
    this.bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, atLeastBytes))
  }

  hasRoom(sizeBytes: number): boolean {
    return this.count < MAX_ENTRIES && this.usedBytes + sizeBytes <= this.bytes.length
  }

  /** Bytes that it takes, used or not. */
  get sizeBytes(): number {
    return this.bytes.length + this.ends.length * 23
  }

  start(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] as number)
  }

  end(index: number): number {
    return this.ends[index] as number
  }

  /** Decoded; what is not UTF-8 is replaced. */
  textOf(index: number): string {
    return this.bytes.toString('utf8', this.start(index), this.end(index))
  }

  /** Adds the entry whose text was written from `usedBytes` up to `end`. Returns its number. */
  add(end: number, entry: Entry): number {
    if (this.count === this.ends.length) this.#grow()
    const index = this.count
    this.ends[index] = end
    this.timesMs[index] = entry.timeMs
    this.timesNs[index] = entry.timeNs
    this.sources[index] = entry.source
    this.extraLines[index] = Math.min(entry.extraLines, 65_535)
    this.levels[index] = entry.level
    this.streams[index] = entry.stream
    this.kinds[index] = entry.kind
    this.usedBytes = end
    this.count += 1
    this.live += 1
    return index
  }

  takeBack(): void {
    this.count -= 1
    this.live -= 1
    this.usedBytes = this.start(this.count)
  }

  #grow(): void {
    const length = this.ends.length * 2
    this.ends = grown(Uint32Array, this.ends, length)
    this.timesMs = grown(Float64Array, this.timesMs, length)
    this.timesNs = grown(Uint32Array, this.timesNs, length)
    this.sources = grown(Uint16Array, this.sources, length)
    this.extraLines = grown(Uint16Array, this.extraLines, length)
    this.levels = grown(Uint8Array, this.levels, length)
    this.streams = grown(Uint8Array, this.streams, length)
    this.kinds = grown(Uint8Array, this.kinds, length)
  }
}

type Column = ArrayLike<number> & { set(values: ArrayLike<number>): void }

function grown<T extends Column>(create: new (length: number) => T, column: T, length: number): T {
  const next = new create(length)
  next.set(column)
  return next
}
