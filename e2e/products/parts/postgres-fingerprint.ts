/** Runs a command as root on the stack's host, and throws when it fails; `SampleHost.exec` is one. */
export type Exec = (argv: readonly string[], options?: { input?: string }) => Promise<{ stdout: string }>

/** Where a database is: a running container, a role that gets in over the local socket, and the database's name. */
export type PostgresPlace = { readonly container: string; readonly user: string; readonly database: string }

/** By `schema.table`; equal exactly when every column of every row is, in whatever order the rows lie. */
export type TableFingerprints = Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>

/** Reads every table of a database, through its own psql; of a table in `only`, the rows that its condition picks. */
export async function readPostgresFingerprint(
  exec: Exec,
  place: PostgresPlace,
  only: Readonly<Record<string, string>> = {},
): Promise<TableFingerprints> {
  const stdout = await askPostgres(exec, place, buildStatement(only))
  const lines = stdout.trim().split('\n').filter(Boolean)
  const entries = lines.map((line) => {
    const [table = '', rows, sha256 = ''] = line.split('|')
    return [table, { rows: Number(rows), sha256 }] as const
  })
  return Object.fromEntries(entries)
}

/** Makes a statement for each table, which psql then runs one after the other. */
function buildStatement(only: Readonly<Record<string, string>>): string {
  const conditions = Object.entries({ '': 'true', ...only }).map((row) => `(${row.map(quote).join(', ')})`)
  return `SELECT format(
  'SELECT %L, count(*), encode(sha256(convert_to(coalesce(string_agg(t::text, E''\\n'' ORDER BY t::text COLLATE "C"), ''''), ''UTF8'')), ''hex'') FROM %I.%I t WHERE %s',
  schemaname || '.' || tablename, schemaname, tablename, coalesce(condition, 'true'))
FROM pg_tables LEFT JOIN (VALUES ${conditions.join(', ')}) AS chosen (name, condition) ON name = schemaname || '.' || tablename
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY schemaname, tablename \\gexec
`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** What psql prints for some statements: a line a row, columns parted by `|`. */
export async function askPostgres(exec: Exec, place: PostgresPlace, sql: string): Promise<string> {
  const psql = ['psql', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-U', place.user, '-d', place.database]
  return (await exec(['docker', 'exec', '-i', place.container, ...psql], { input: sql })).stdout
}
