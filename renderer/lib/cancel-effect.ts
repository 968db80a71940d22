import type { OperationRecord, StepKind } from '../../shared/contract/operations.ts'

/** Steps that change what runs or what is written in the user's files. Before the first of them, cancelling only stops. */
const CHANGING: readonly StepKind[] = ['pin', 'migrate', 'service', 'restore-files', 'restore-data']

/** What cancelling would do now: leave everything as it is, or undo what was done. */
export function cancelEffect({ steps }: Pick<OperationRecord, 'steps'>): 'stop' | 'roll-back' {
  const changed = steps.some(
    ({ kind, status }) => CHANGING.includes(kind) && status !== 'pending' && status !== 'skipped',
  )
  return changed ? 'roll-back' : 'stop'
}
