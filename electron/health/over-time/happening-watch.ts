import type { StackDetail } from '../../../shared/contract/stacks.ts'
import type { StackReading } from '../../stacks/read-stack.ts'
import type { StoredMark } from '../../storage/stored-timelines.ts'

export type HappeningMark = StoredMark

interface Looked {
  /** Undefined: not known at present. */
  readonly operation: StackDetail['operation'] | undefined
  readonly containers: StackReading['containers']
}

/** Sees operations and restarts in what is known of a stack from look to look. */
export class HappeningWatch {
  #operation: HappeningMark | null = null
  #starts: ReadonlyMap<string, string> | null = null

  look({ operation, containers }: Looked, nowMs: number): HappeningMark[] {
    const marks = this.#lookAtOperation(operation, nowMs)
    const restarts = this.#lookAtStarts(containers, nowMs)
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

  #lookAtStarts(containers: Looked['containers'], nowMs: number): HappeningMark[] {
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
          fromMs: nowMs,
          toMs: null,
        }
      })
  }
}
