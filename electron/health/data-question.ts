import type { Stack } from '../stacks/stack.ts'

/** One statement for a data set's database. */
export interface DataQuestion {
  /** Id of the data set in the runbook. */
  readonly dataset: string
  readonly sql: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** `value`: the first one of the first row, null where there is none. `refused`: the database's own words. */
export type DataAnswer =
  | { readonly kind: 'value'; readonly value: string | null }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Given from above: health does not know how a data set is reached. Rejects with a SlipwayError where nobody could
 * ask; `host.timeout` means that the database took too long.
 */
export type AskData = (stack: Stack, question: DataQuestion) => Promise<DataAnswer>
