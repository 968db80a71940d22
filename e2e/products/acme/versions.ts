/** What a version does wrong. */
export type Mistake =
  /** Its migration adds a column and fails at the rest; the process exits 3, at every run. */
  'HALF_MIGRATION'

/** One published version: the same code with another number. */
export type AcmeVersion = { readonly version: string; readonly schema: 1 | 2 | 3 | 4; readonly mistake?: Mistake }

/** Everything the sample registry holds, oldest first. */
export const versions: readonly AcmeVersion[] = [
  { version: '1.0.0', schema: 1 },
  { version: '1.0.1', schema: 1 },
  { version: '1.1.0', schema: 2 },
  { version: '1.1.1', schema: 2, mistake: 'HALF_MIGRATION' },
  { version: '1.2.0', schema: 3 },
  { version: '1.3.0', schema: 4 },
  { version: '1.4.0-rc.1', schema: 4 },
]
