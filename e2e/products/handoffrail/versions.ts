/** What a version's release laid over the common source: a folder of `src/changes`. */
export type Change =
  /** Keys have roles: the code wants the column `api_keys.role`, which the migration `0004_rbac` adds. */
  | 'rbac'
  /** Migrations go to the SQLite file that alembic.ini names, whatever database the service uses. */
  | 'sqlite-migrations'
  /** Its start never ends, so nothing ever listens. */
  | 'hang'
  /** A fifth migration deletes packets, commits, and fails. */
  | 'half-migration'
  /** Healthy at first, exits 1 five seconds after every start. */
  | 'crash'
  /** Every claim of a packet answers 500; everything else works. */
  | 'claim'
  /** `/health` is 200, `/ready` 503 for ever. */
  | 'unready'

/** One published version. */
export type HandoffRailVersion = {
  readonly version: string
  /** The newest migration in the image. */
  readonly head: '0003_schemas' | '0004_rbac' | '0005_retention'
  readonly changes: readonly Change[]
}

/** Everything the sample registry holds, oldest first. */
export const versions: readonly HandoffRailVersion[] = [
  { version: '0.2.0', head: '0003_schemas', changes: [] },
  { version: '0.2.1', head: '0003_schemas', changes: [] },
  { version: '0.3.0', head: '0004_rbac', changes: ['rbac'] },
  { version: '0.3.1', head: '0004_rbac', changes: ['rbac', 'sqlite-migrations'] },
  { version: '0.3.2', head: '0004_rbac', changes: ['rbac', 'hang'] },
  { version: '0.3.3', head: '0005_retention', changes: ['rbac', 'half-migration'] },
  { version: '0.3.4', head: '0004_rbac', changes: ['rbac', 'crash'] },
  { version: '0.3.5', head: '0004_rbac', changes: ['rbac', 'claim'] },
  { version: '0.3.6', head: '0004_rbac', changes: ['rbac', 'unready'] },
]
