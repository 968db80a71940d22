import type { Ref } from './entries.ts'
import type { LogStore } from './log-store.ts'

/** A piece is about as large; larger ones would keep the page waiting and the worker from its work. */
const PIECE_CHARACTERS = 512 * 1024

/** Writes entries as they were when the export began, piece by piece; they stay held until it ends. */
export class ExportRun {
  readonly #store: LogStore
  readonly #refs: Uint32Array
  readonly #format: 'ndjson' | 'text'
  readonly #release: () => void
  #at = 0

  constructor(store: LogStore, refs: Uint32Array, format: 'ndjson' | 'text') {
    this.#store = store
    this.#refs = refs
    this.#format = format
    this.#release = store.entries.hold(refs)
  }

  /** Empty: that was all. */
  next(): string {
    const lines: string[] = []
    let length = 0
    while (this.#at < this.#refs.length && length < PIECE_CHARACTERS) {
      const line = this.#store.reader.exportLine(this.#refs[this.#at] as Ref, this.#format)
      this.#at += 1
      length += line.length
      lines.push(line)
    }
    return lines.join('')
  }

  end(): void {
    this.#release()
  }
}
