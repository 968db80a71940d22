import type { OperationSummary } from '../../shared/contract/operations.ts'

/** What an operation has done to the data, in a word or two; what is not over may still do it. */
export function dataWords({
  deletes,
  outcome,
  dataRestored,
  dataRestoreUnfinished,
}: Pick<OperationSummary, 'deletes' | 'outcome' | 'dataRestored' | 'dataRestoreUnfinished'>): string {
  if (deletes !== null) return '–'
  if (dataRestoreUnfinished) return outcome === 'running' ? 'Being restored' : 'Restore not finished'
  if (dataRestored) return 'Restored'
  return outcome === 'running' || outcome === 'interrupted' ? 'Kept so far' : 'Kept'
}
