import { createEntryGrouper, type EntryGrouper } from '../../../shared/logs/entry-grouper.ts'
import type { LogLevel } from '../../../shared/logs/level.ts'
import { type Entry, KIND, levelCode } from './chunk.ts'
import type { Entries, Ref } from './entries.ts'

/** Level and belonging are told by the beginning of a line. */
const MAX_READ_BYTES = 16 * 1024

/** A line as it came, within the bytes of its batch. */
export interface RawLine {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

interface OpenEntry extends RawLine {
  readonly entry: Entry
  readonly more: Uint8Array[]
  isFresh: boolean
}

export interface EntryJoinerOptions {
  readonly entries: Entries
  readonly lane?: 'tail' | 'found'
  readonly readLevel: (text: string) => LogLevel | null
  /** Told of each entry when no further line can belong to it. */
  readonly onEntry: (ref: Ref) => void
}

/** Makes entries of the lines of one container and stream: a stack trace is one with the line above it. */
export class EntryJoiner {
  readonly #options: EntryJoinerOptions
  readonly #grouper: EntryGrouper
  #open: OpenEntry | null = null

  constructor(options: EntryJoinerOptions) {
    this.#options = options
    this.#grouper = createEntryGrouper(options.readLevel)
  }

  get isOpen(): boolean {
    return this.#open !== null
  }

  add(line: RawLine, of: Pick<Entry, 'timeMs' | 'timeNs' | 'stream' | 'source'>): void {
    const { bytes, start, end } = line
    const text = bytes.toString('utf8', start, Math.min(end, start + MAX_READ_BYTES))
    if (this.#grouper.continues(text, of.timeMs) && this.#open !== null) {
      this.#open.more.push(bytes.subarray(start, end))
      this.#open.isFresh = true
      return
    }
    this.close()
    const level = this.#options.readLevel(text)
    this.#open = {
      ...line,
      entry: { ...of, kind: KIND.line, level: levelCode(level), extraLines: 0 },
      more: [],
      isFresh: true,
    }
  }

  /** Closes an entry to which nothing was added since the last time. */
  closeStale(): void {
    if (this.#open?.isFresh === true) this.#open.isFresh = false
    else this.close()
  }

  close(): void {
    const open = this.#open
    if (open === null) return
    this.#open = null
    const { entries, lane, onEntry } = this.#options
    const { entry, bytes, start, end, more } = open
    if (more.length === 0) onEntry(entries.addRange(entry, bytes, start, end, lane))
    else onEntry(entries.add({ ...entry, extraLines: more.length }, [bytes.subarray(start, end), ...more], lane))
  }
}
