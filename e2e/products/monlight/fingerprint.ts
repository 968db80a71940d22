import { databasePath, type Exec } from './access.ts'
import { type Service, services } from './versions.ts'

/** What the databases hold, in a form that is equal exactly when every column of every row is. */
export type Fingerprint = {
  /** By `database.table`; a missing table is absent. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>
  readonly schemaVersions: Readonly<Record<Service, number>>
}

/** Tables that change only when somebody reports something; `log_entries` grows with every line of any container. */
const steadyTables: Readonly<Record<Service, readonly string[]>> = {
  'error-tracker': ['errors', 'error_occurrences', 'projects'],
  'log-viewer': [],
  'metrics-collector': ['metrics_raw', 'projects'],
  'browser-relay': ['dsn_keys', 'source_maps'],
}

/** The schema version as the product itself reads it. */
export const schemaVersionQuery = "SELECT value FROM _meta WHERE key = 'schema_version'"

// sqlite3 would create a database that is not there, and so prove an empty one equal to an empty one.
const script = `set -eu
ask() { sqlite3 -batch -cmd '.timeout 10000' -cmd 'PRAGMA query_only = 1' "$@"; }
while [ $# -gt 0 ]; do
  database=$1 table=$2 condition=$3
  shift 3
  test -s "$database"
  version=$(ask "$database" "${schemaVersionQuery}")
  if [ "$(ask "$database" "SELECT count(*) FROM sqlite_schema WHERE name = '$table'")" = 0 ]; then
    echo "$version - -"
    continue
  fi
  rows=$(ask "$database" "SELECT count(*) FROM $table WHERE $condition")
  sum=$(ask "$database" '.mode quote' "SELECT * FROM $table WHERE $condition ORDER BY 1" | sha256sum | cut -c 1-64)
  echo "$version $rows $sum"
done`

/** Conditions on the rows of tables, by `database.table`. */
type Only = Readonly<Record<string, string>>

/**
 * What clients put in: neither the smoke tests of an upgrade, whose errors can be resolved but not removed, nor what a
 * test makes itself to see whether the product works.
 */
export const clientsRows: Only = {
  'error-tracker.errors': "project IN ('shop', 'billing')",
  'error-tracker.error_occurrences': "error_id IN (SELECT id FROM errors WHERE project IN ('shop', 'billing'))",
  'metrics-collector.metrics_raw': "name IN ('http_requests_total', 'http_request_seconds', 'queue_depth')",
  'browser-relay.dsn_keys': "project LIKE 'web-%'",
}

/** Reads it on the host, from the volumes of the project; the services may run or be stopped. */
export async function readFingerprint(exec: Exec, project = 'monlight', only: Only = {}): Promise<Fingerprint> {
  // `_meta` only stands in for a service without steady tables, so that its schema version is read too.
  const items = services.flatMap((service) => ['_meta', ...steadyTables[service]].map((table) => ({ service, table })))
  const args = items.flatMap(({ service, table }) => {
    return [databasePath(service, project), table, only[`${service}.${table}`] ?? '1']
  })
  const { stdout } = await exec(['sh', '-c', script, 'sh', ...args])
  const lines = stdout.trim().split('\n')
  const tables: Record<string, { rows: number; sha256: string }> = {}
  const schemaVersions = Object.fromEntries(services.map((service) => [service, 0])) as Record<Service, number>
  items.forEach(({ service, table }, index) => {
    const [version = '', rows = '-', sha256 = '-'] = lines[index]?.split(' ') ?? []
    schemaVersions[service] = Number(version)
    if (table !== '_meta' && rows !== '-') tables[`${service}.${table}`] = { rows: Number(rows), sha256 }
  })
  return { tables, schemaVersions }
}

/** The whole database as SQL, for reading what differs when two fingerprints do. */
export async function dumpDatabase(exec: Exec, service: Service, project = 'monlight'): Promise<string> {
  return (await exec(['sqlite3', '-cmd', '.timeout 10000', databasePath(service, project), '.dump'])).stdout
}
