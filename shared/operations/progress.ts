import type { z } from 'zod'
import type { JournalEntry } from '../contract/operations.ts'
import { rollbackStartedDataSchema, stepDoneDataSchema, stepStartedDataSchema } from './journal-data.ts'

/** How far an operation came, as its journal tells it: what a resume goes on from and a rollback takes back. */
export interface Progress {
  /** Steps that were begun, in order, and whether each may have changed the stack. */
  readonly begun: readonly { readonly stepId: string; readonly changes: boolean }[]
  /** Steps that are done or were skipped. */
  readonly finished: ReadonlySet<string>
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Steps whose failure was passed over, with the reason. */
  readonly passedOver: Readonly<Record<string, string>>
  /** Set once a rollback has begun: there is no way forward from there. */
  readonly rollback: z.infer<typeof rollbackStartedDataSchema> | null
  readonly ended: boolean
}

export function readProgress(entries: readonly JournalEntry[]): Progress {
  const begun = new Map<string, boolean>()
  const finished = new Set<string>()
  const results: Record<string, Record<string, unknown>> = {}
  const passedOver: Record<string, string> = {}
  let rollback: Progress['rollback'] = null
  for (const { type, stepId, data } of entries) {
    if (type === 'rollback-started') rollback = rollbackStartedDataSchema.parse(data)
    if (stepId === undefined) continue
    if (type === 'step-started') {
      begun.set(stepId, stepStartedDataSchema.safeParse(data).data?.changes ?? true)
      // A step that is run again is not done until it says so again.
      finished.delete(stepId)
    }
    if (type === 'step-skipped') finished.add(stepId)
    if (type === 'step-done') {
      const done = stepDoneDataSchema.parse(data ?? {})
      finished.add(stepId)
      results[stepId] = done.result
      if (done.passedOver !== null) passedOver[stepId] = done.passedOver
    }
  }
  const ended = entries.some(({ type }) => type === 'ended')
  return {
    begun: [...begun].map(([stepId, changes]) => ({ stepId, changes })),
    finished,
    results,
    passedOver,
    rollback,
    ended,
  }
}

/** Whether anything may differ on the host from before the operation. A step that was begun counts. */
export function hasChangedStack(progress: Progress): boolean {
  return progress.begun.some(({ changes }) => changes)
}
