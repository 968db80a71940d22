import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackSummary } from '../../shared/contract/stacks.ts'

/** The newest operation, when it was left unfinished. An older one that a later operation passed by is history. */
export function findInterrupted(operations: readonly OperationSummary[]): OperationSummary | null {
  const newest = operations.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  return newest?.outcome === 'interrupted' ? newest : null
}

/** Whether records and the stack's picture tell different things of what runs: one of them is old. */
export function contradicts(operations: readonly OperationSummary[], shown: StackSummary['operation']): boolean {
  const isUnseen = ({ id, outcome }: OperationSummary) => outcome === 'running' && (id !== shown?.id || shown.stale)
  // A lock that is being taken has no id yet, and one that was given up may be of an operation that never began.
  const isAtWork = shown !== null && !shown.stale && shown.id !== ''
  const isUnrecorded = isAtWork && !operations.some(({ id }) => id === shown.id)
  return isUnrecorded || operations.some(isUnseen)
}
