/** What a version does wrong. */
export type Mistake =
  /** Migrates, and never becomes healthy. */
  | 'UNHEALTHY'
  /** Its migration commits its first half and fails in the second; it exits 1, at every start. */
  | 'HALF_MIGRATION'

/** One published version of the web service. */
export type LedgerVersion = { readonly version: string; readonly schema: 1 | 2; readonly mistake?: Mistake }

/** Everything the sample registry holds, oldest first. */
export const versions: readonly LedgerVersion[] = [
  { version: '1.0.0', schema: 1 },
  { version: '1.0.1', schema: 1 },
  { version: '1.1.0', schema: 2 },
  { version: '1.1.1', schema: 2, mistake: 'UNHEALTHY' },
  { version: '1.1.2', schema: 2, mistake: 'HALF_MIGRATION' },
]
