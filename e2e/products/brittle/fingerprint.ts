import {
  askPostgres,
  type Exec,
  type PostgresPlace,
  readPostgresFingerprint,
  type TableFingerprints,
} from '../parts/postgres-fingerprint.ts'

/** What the stack's data is, in a form that is equal exactly when every column of every row and every file is. */
export type Fingerprint = {
  readonly tables: TableFingerprints
  /** Migrations in the order of their names, `!` before one that did not finish. */
  readonly migrations: readonly string[]
  /** SHA-256 of each file of the artifact store, by its path in it. */
  readonly artifacts: Readonly<Record<string, string>>
}

/** Reads it on the host, while the database runs; the hub may run or be stopped. */
export async function readFingerprint(exec: Exec, project = 'brittle'): Promise<Fingerprint> {
  const place = databasePlace(project)
  return {
    tables: await readPostgresFingerprint(exec, place),
    migrations: await readMigrations(exec, place),
    artifacts: await readArtifacts(exec, project),
  }
}

/** Where the database of a project is. */
export function databasePlace(project = 'brittle'): PostgresPlace {
  return { container: `${project}-postgres-1`, user: 'brittle', database: 'brittle' }
}

async function readMigrations(exec: Exec, place: PostgresPlace): Promise<string[]> {
  const sql = `SELECT CASE WHEN finished_at IS NULL THEN '!' ELSE '' END || migration_name FROM _prisma_migrations
    WHERE rolled_back_at IS NULL ORDER BY migration_name`
  return (await askPostgres(exec, place, sql)).trim().split('\n')
}

/** Through the mount of the hub's container, whatever volume that is by now. */
async function readArtifacts(exec: Exec, project: string): Promise<Record<string, string>> {
  const folder = await artifactsFolder(exec, project)
  const { stdout } = await exec(['sh', '-c', 'cd "$1" && find . -type f -exec sha256sum {} +', 'sh', folder])
  const entries = stdout.split('\n').filter(Boolean).sort()
  return Object.fromEntries(entries.map((line) => [line.slice(68), line.slice(0, 64)]))
}

/** The artifact store as a folder of the host. */
export async function artifactsFolder(exec: Exec, project = 'brittle'): Promise<string> {
  const format = '{{range .Mounts}}{{if eq .Destination "/var/lib/brittle/artifacts"}}{{.Source}}{{end}}{{end}}'
  return (await exec(['docker', 'inspect', '--format', format, `${project}-brittle-1`])).stdout.trim()
}
