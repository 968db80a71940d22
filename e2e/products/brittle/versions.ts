/** What a version does wrong. */
export type Mistake =
  /** Runs and migrates, but `/health` answers 503 for ever. */
  | 'UNHEALTHY'
  /** Its last migration commits its first half and fails in the second; the process exits 1, at every start. */
  | 'HALF_MIGRATION'
  /** Healthy at first, exits 1 five seconds after every start. */
  | 'CRASH'
  /** Healthy, but every upload of an artifact answers 500. */
  | 'UPLOAD'

/** One published version of the hub. */
export type BrittleVersion = {
  readonly version: string
  /** How many of the migrations that are shared by all versions it has. */
  readonly migrations: 3 | 4 | 5
  readonly mistake?: Mistake
  /** Tags that point to it beside its own. */
  readonly alsoTagged?: readonly string[]
}

/** Everything the sample registry holds, oldest first. */
export const versions: readonly BrittleVersion[] = [
  { version: '0.1.0', migrations: 3 },
  { version: '0.1.2', migrations: 3 },
  { version: '0.1.3', migrations: 4, alsoTagged: ['0.1'] },
  { version: '0.2.0', migrations: 5, alsoTagged: ['latest'] },
  { version: '0.2.1', migrations: 5, mistake: 'UNHEALTHY' },
  { version: '0.2.2', migrations: 5, mistake: 'HALF_MIGRATION' },
  { version: '0.2.3', migrations: 5, mistake: 'CRASH' },
  { version: '0.2.4', migrations: 5, mistake: 'UPLOAD' },
]
