import type { LogDescription } from '../docker/log-description.ts'
import type { LogLines } from '../docker/log-lines.ts'

/** What is held until the head is judged fills memory; beyond this a doubt comes after lines that were told already. */
const MAX_HELD_BYTES = 16 * 1024 * 1024
/** A line in the engine's file at most: what stands around it, and each character escaped. */
const LINE_BYTES = 72
const ESCAPED = 2
/** A log that may have been emptied at any time is believed when its first line is as old as the container. */
const NEAR_START_NS = 2_000_000_000n

/**
 * Whether a log that is read for the first time still has its beginning. A driver that lets old lines go keeps a known
 * amount: who finds less than that has found everything.
 */
export class HeadCheck {
  readonly #description: LogDescription
  #held: LogLines[] | null = []
  #heldBytes = 0
  #fileBytes = 0
  #isTold = false
  firstNs: bigint | null = null

  constructor(description: LogDescription) {
    this.#description = description
  }

  /** Returns what can be told now. */
  add(lines: LogLines): LogLines[] {
    this.firstNs ??= lines.times[0] ?? null
    this.#fileBytes += ESCAPED * lines.bytes.length + LINE_BYTES * lines.ends.length
    if (this.#held === null) return [lines]
    this.#held.push(lines)
    this.#heldBytes += lines.bytes.length
    const isDecided = this.#description.keptBytes === null || this.#isInDoubt()
    return isDecided || this.#heldBytes > MAX_HELD_BYTES ? this.rest() : []
  }

  /** True once, when lines may be missing before the first one. */
  takeDoubt(): boolean {
    if (this.#isTold || !this.#isInDoubt()) return false
    this.#isTold = true
    return true
  }

  /** What is still held. */
  rest(): LogLines[] {
    const held = this.#held ?? []
    this.#held = null
    return held
  }

  #isInDoubt(): boolean {
    const { keptBytes, startedAtNs } = this.#description
    if (keptBytes === null || this.firstNs === null) return false
    if (keptBytes > 0) return this.#fileBytes >= keptBytes
    return startedAtNs === null || this.firstNs - startedAtNs > NEAR_START_NS
  }
}
