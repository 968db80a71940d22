import type { StackDetail } from '../../../shared/contract/stacks.ts'
import type { StackReading } from '../../stacks/read-stack.ts'
import type { StoredMark } from '../../storage/stored-timelines.ts'

export type HappeningMark = StoredMark

interface Looked {
  /** Undefined: not known at present, and the containers are as they were. */
  readonly operation: StackDetail['operation'] | undefined
  readonly containers: StackReading['containers']
}

/** One moment by this computer's clock and by the host's, which says when a container was started. */
interface LookedAt {
  readonly nowMs: number
  readonly hostNowMs: number
}

/** Sees operations and restarts in what is known of a stack from look to look. */
export class HappeningWatch {
  #operation: HappeningMark | null = null
  #starts: ReadonlyMap<string, string> | null = null
  /** When the containers were last seen as they are. */
  #seenMs: number | null = null

  look({ operation, containers }: Looked, at: LookedAt): HappeningMark[] {
    const marks = this.#lookAtOperation(operation, at.nowMs)
    const restarts = this.#lookAtStarts(containers, at)
    if (operation !== undefined) this.#seenMs = at.nowMs
    // An operation recreates containers, and its own mark says so.
    return this.#operation === null ? [...marks, ...restarts] : marks
  }

  #lookAtOperation(operation: Looked['operation'], nowMs: number): HappeningMark[] {
    if (operation === undefined) return []
    const before = this.#operation
    if (operation?.id === before?.id) return []
    this.#operation =
      operation === null
        ? null
        : { kind: 'operation', id: operation.id, title: operation.kind, fromMs: nowMs, toMs: null }
    return [
      ...(before === null ? [] : [{ ...before, toMs: nowMs }]),
      ...(this.#operation === null ? [] : [this.#operation]),
    ]
  }

  #lookAtStarts(containers: Looked['containers'], at: LookedAt): HappeningMark[] {
    const running = Object.values(containers)
      .flat()
      .filter(({ startedAt, state }) => startedAt !== null && state === 'running')
    const starts = new Map(running.map(({ name, startedAt }) => [name, startedAt ?? '']))
    const before = this.#starts
    this.#starts = new Map([...(before ?? []), ...starts])
    if (before === null) return []
    return [...starts]
      .filter(([name, startedAt]) => before.has(name) && before.get(name) !== startedAt)
      .map(([name, startedAt]) => {
        return {
          kind: 'restart',
          id: `${name} ${startedAt}`,
          title: `${name} was started again`,
          fromMs: this.#startMs(startedAt, at),
          toMs: null,
        }
      })
  }

  /** By this computer's clock. What was not so at the look before was not before it, whatever the host's clock says. */
  #startMs(startedAt: string, { nowMs, hostNowMs }: LookedAt): number {
    const startMs = Date.parse(startedAt) + nowMs - hostNowMs
    return Number.isNaN(startMs) ? nowMs : Math.min(nowMs, Math.max(startMs, this.#seenMs ?? nowMs))
  }
}
