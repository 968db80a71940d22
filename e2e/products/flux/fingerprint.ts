import {
  askPostgres,
  type Exec,
  readPostgresFingerprint,
  type TableFingerprints,
} from '../parts/postgres-fingerprint.ts'

/** What the cluster holds, in a form that is equal exactly when every column of every row is. */
export type Fingerprint = {
  /** By `database.schema.table`, for the control plane's tables and those of all tenants. */
  readonly tables: TableFingerprints
  readonly schemaVersion: number
}

/** How far the control plane's migrations have come. */
export const schemaVersionQuery = 'SELECT coalesce(max(version), 0) FROM flux_migrations'

/** Locks come and go, and a migration is known by its version, not by when it ran. */
const passing = /\.(operation_locks|flux_migrations)$/

/** Reads it on the host; the other services may run or be stopped. */
export async function readFingerprint(exec: Exec, container = 'flux-postgres-v2'): Promise<Fingerprint> {
  const tables: Record<string, TableFingerprints[string]> = {}
  for (const database of ['flux_system', 'postgres']) {
    const found = await readPostgresFingerprint(exec, { container, user: 'postgres', database })
    for (const [table, print] of Object.entries(found)) {
      if (!passing.test(table)) tables[`${database}.${table}`] = print
    }
  }
  return { tables, schemaVersion: Number(await askCatalog(exec, schemaVersionQuery, container)) }
}

/** Asks the control plane's own database. */
export function askCatalog(exec: Exec, sql: string, container = 'flux-postgres-v2'): Promise<string> {
  return askPostgres(exec, { container, user: 'postgres', database: 'flux_system' }, sql)
}
