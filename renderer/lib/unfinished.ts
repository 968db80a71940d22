import type { OperationSummary } from '../../shared/contract/operations.ts'

/** The newest operation, when it was left unfinished. An older one that a later operation passed by is history. */
export function findInterrupted(operations: readonly OperationSummary[]): OperationSummary | null {
  const newest = operations.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  return newest?.outcome === 'interrupted' ? newest : null
}

/** Whether an operation is recorded as running that the stack's picture does not show: it may be over. */
export function hasUnseenEnd(operations: readonly OperationSummary[], shownId: string | null): boolean {
  return operations.some(({ id, outcome }) => outcome === 'running' && id !== shownId)
}
