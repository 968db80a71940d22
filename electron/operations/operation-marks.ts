import type { Mark } from '../../shared/contract/monitor.ts'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { Host } from '../hosts/host.ts'
import { pause } from '../hosts/pause.ts'
import type { OperationService } from './operation-service.ts'

/** Charts do not wait longer for the records of a stack, which lie on its host. What comes later is told the next time. */
const WAIT_MS = 3_000
/** A long history over a slow line. */
const READ_TIMEOUT_MS = 60_000
/** Of what another app has run on a stack that is not watched nothing else tells. */
const MAX_AGE_MS = 3 * 60_000

interface Kept {
  readonly marks: readonly Mark[]
  /** What held when they were read: they are as old as it. */
  readonly word: string
  readonly readAtMs: number
}

interface Reading {
  readonly word: string
  readonly end: Promise<void>
}

/** The operations of stacks as marks on their charts; kept, since each record is two files to be read on the host. */
export class OperationMarks {
  readonly #operations: Pick<OperationService, 'history'>
  readonly #kept = new Map<string, Kept>()
  readonly #readings = new Map<string, Reading>()

  constructor(operations: Pick<OperationService, 'history'>) {
    this.#operations = operations
  }

  /** As last read; read anew when `operation`, the one under way, or the connection is another. Never rejects. */
  async read(host: Host, ref: StackRef, operation: string | null): Promise<Mark[]> {
    const key = JSON.stringify([ref.hostId, ref.project])
    const { status } = host
    const word = JSON.stringify([status.kind === 'connected' ? status.since : null, operation])
    if (status.kind === 'connected' && !this.#isCurrent(key, word)) await this.#readInTime(key, ref, word)
    const kept = this.#kept.get(key)
    if (kept === undefined) return []
    // What was not ended when it was read may be by now.
    return kept.marks.filter(({ id, to }) => kept.word === word || to !== null || id === operation)
  }

  #isCurrent(key: string, word: string): boolean {
    const kept = this.#kept.get(key)
    return kept?.word === word && performance.now() - kept.readAtMs < MAX_AGE_MS
  }

  async #readInTime(key: string, ref: StackRef, word: string): Promise<void> {
    const late = new AbortController()
    await Promise.race([this.#readOnce(key, ref, word), pause(WAIT_MS, late.signal)])
    late.abort()
  }

  /** One reading at a time, however many ask. */
  #readOnce(key: string, ref: StackRef, word: string): Promise<void> {
    const known = this.#readings.get(key)
    if (known?.word === word) return known.end
    const reading: Reading = { word, end: this.#read(key, ref, word).finally(() => this.#forget(key, word)) }
    this.#readings.set(key, reading)
    return reading.end
  }

  #forget(key: string, word: string): void {
    if (this.#readings.get(key)?.word === word) this.#readings.delete(key)
  }

  async #read(key: string, ref: StackRef, word: string): Promise<void> {
    const readAtMs = performance.now()
    try {
      const { operations } = await this.#operations.history(ref, AbortSignal.timeout(READ_TIMEOUT_MS))
      const isNewest = (this.#kept.get(key)?.readAtMs ?? Number.NEGATIVE_INFINITY) <= readAtMs
      if (isNewest) this.#kept.set(key, { marks: operations.map(toMark), word, readAtMs })
    } catch {
      // What was read before is told, and the next who asks tries again.
    }
  }
}

function toMark({ id, kind, startedAt, endedAt, fromVersion, toVersion }: OperationSummary): Mark {
  const title = fromVersion === toVersion ? kind : `${kind} ${fromVersion} → ${toVersion}`
  return { kind: 'operation', id, title, from: startedAt, to: endedAt }
}
