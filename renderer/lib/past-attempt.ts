import type { OperationSummary } from '../../shared/contract/operations.ts'

/** The last upgrade to a version, when it did not hold: worth knowing before it is tried again. */
export function findFailedAttempt(operations: readonly OperationSummary[], version: string): OperationSummary | null {
  const attempts = operations.filter(({ kind, toVersion }) => kind === 'upgrade' && toVersion === version)
  const last = attempts.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  return last?.outcome === 'rolled-back' || last?.outcome === 'rollback-failed' ? last : null
}
