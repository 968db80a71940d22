import type { OperationKind, OperationSummary } from '../../shared/contract/operations.ts'

/** What an operation is called. */
export const OPERATION_NOUNS: Record<OperationKind, string> = {
  upgrade: 'Upgrade',
  rollback: 'Rollback',
  deletion: 'Deletion',
}

type Subject = Pick<OperationSummary, 'kind' | 'fromVersion' | 'toVersion'>

/** `upgrade from 1.0 to 1.1`, in the middle of a sentence. */
export function describeOperation({ kind, fromVersion, toVersion }: Subject): string {
  if (kind === 'deletion') return 'deletion of replaced data'
  return `${OPERATION_NOUNS[kind].toLowerCase()} from ${fromVersion} to ${toVersion}`
}
