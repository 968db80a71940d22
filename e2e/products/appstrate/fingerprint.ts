import type { Exec } from './access.ts'

/** What the stack's data is, in a form that is equal exactly when all of it is. */
export type Fingerprint = {
  /** Every table of the product, every column of every row. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly md5: string }>>
  /** Rows of `drizzle.__drizzle_migrations`. */
  readonly migrations: number
  /** `<md5> <bytes> <key>` of each object in the bucket. */
  readonly objects: readonly string[]
  /** `<id> <interval in ms> <when it is due>` of each schedule that Redis knows. */
  readonly schedules: readonly string[]
}

/** How a stack names its parts; the defaults are those of `stack/`. */
export type Names = {
  readonly project?: string
  /** In front of `postgres`, `redis` and `minio`. */
  readonly prefix?: string
  readonly database?: string
}

/** The schema version as an operator reads it. */
export const schemaVersionQuery = 'SELECT count(*) FROM drizzle.__drizzle_migrations'

const mcImage = 'localhost:5000/minio/mc:RELEASE.2025-03-12T17-29-24Z'
// One statement that asks all tables, whichever there are; a row's text holds all of its columns.
const tablesQuery = `SELECT string_agg(format(
    'SELECT %L, count(*), md5(coalesce(string_agg(t::text, E''\\n'' ORDER BY t::text), '''')) FROM %I t', tablename, tablename),
  ' UNION ALL ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'`
const schedulesScript = `for id in $(redis-cli ZRANGE bull:schedule:repeat 0 -1); do
  echo "$id $(redis-cli HGET "bull:schedule:repeat:$id" every) $(redis-cli ZSCORE bull:schedule:repeat "$id")"
done`
const objectsScript = `mc alias set storage http://localhost:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" > /dev/null
mc ls "storage/$1"`

/** Reads it on the host; PostgreSQL, Redis and the S3 server have to run, the API may be stopped. */
export async function readFingerprint(exec: Exec, names: Names = {}, bucket = 'appstrate'): Promise<Fingerprint> {
  const tablesSql = (await query(exec, tablesQuery, names)).trim()
  const rows = tablesSql === '' ? [] : lines(await query(exec, tablesSql, names))
  const tables = rows.map((row) => {
    const [table = '', count, md5 = ''] = row.split('|')
    return [table, { rows: Number(count), md5 }] as const
  })
  return {
    tables: Object.fromEntries(tables),
    migrations: Number(await query(exec, schemaVersionQuery, names)),
    objects: await readObjects(exec, names, bucket),
    schedules: await readSchedules(exec, names),
  }
}

/** What PostgreSQL answers, a row a line, its values separated by `|`. */
export async function query(
  exec: Exec,
  sql: string,
  { database = 'appstrate', ...names }: Names = {},
): Promise<string> {
  const psql = ['psql', '-U', 'appstrate', '-d', database, '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', sql]
  return (await exec(['docker', 'exec', container('postgres', names), ...psql])).stdout
}

/** The name of a container of the stack. */
export function container(service: string, { project = 'appstrate', prefix = 'appstrate-' }: Names = {}): string {
  return `${project}-${prefix}${service}-1`
}

async function readObjects(exec: Exec, names: Names, bucket: string): Promise<string[]> {
  const storage = container('minio', names)
  const settings = (await exec(['docker', 'exec', storage, 'env'])).stdout
  const env = lines(settings).filter((line) => line.startsWith('MINIO_ROOT_'))
  const run = ['docker', 'run', '--rm', '--network', `container:${storage}`, ...env.flatMap((line) => ['--env', line])]
  const shell = ['--entrypoint', 'sh', mcImage, '-ec', objectsScript, 'sh', bucket]
  return lines((await exec([...run, ...shell])).stdout)
}

async function readSchedules(exec: Exec, names: Names): Promise<string[]> {
  const { stdout } = await exec(['docker', 'exec', container('redis', names), 'sh', '-c', schedulesScript])
  return lines(stdout).sort()
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean)
}
