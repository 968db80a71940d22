import type { LogLines } from '../docker/log-lines.ts'

/** Live lines that come while older ones are still being read; beyond this they are read again instead. */
const MAX_BYTES = 16 * 1024 * 1024

/** Holds live lines until those before them were told. */
export class LiveBuffer {
  #batches: LogLines[] = []
  #bytes = 0
  #overflowed = false

  add(lines: LogLines): void {
    if (this.#bytes > MAX_BYTES) {
      this.#batches = []
      this.#overflowed = true
      return
    }
    this.#bytes += lines.bytes.length
    this.#batches.push(lines)
  }

  /** What is held; null: it was too much, and begins anew. */
  take(): LogLines[] | null {
    const batches = this.#overflowed ? null : this.#batches
    this.#batches = []
    this.#bytes = 0
    this.#overflowed = false
    return batches
  }
}
