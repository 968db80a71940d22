import { count } from '../../../../shared/count.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import { parseReport, type Report } from '../host-report.ts'
import type { BackupRequest, Copy } from '../kind.ts'
import { RECEIVE, runOnHost } from '../run-on-host.ts'
import { type DumpCounts, parseDumpCounts } from './dump-counts.ts'
import { explainFailure } from './errors.ts'
import { parseFacts } from './report.ts'
import { askServer, databaseOf, execArgv, type PostgresJob, psqlArgv, sessionName } from './session.ts'
import { COUNT_IN_SNAPSHOT, END_OWN_SESSIONS, HOLD_SNAPSHOT } from './sql.ts'

/** A table that somebody has locked for longer (a migration, say) is no moment for a backup. */
const LOCK_WAIT_MS = 60_000

/** Rows by table, and large objects, of the text that pg_restore makes of a dump. A row is a line: COPY escapes those within. */
const COUNT_ROWS = `awk '
copying { if ($0 == "\\\\.") { printf "slipway\\tcopied\\t%.0f\\t%s\\n", rows, header; copying = 0 } else rows++; next }
/^COPY / { header = $0; rows = 0; copying = 1 }
/^SELECT pg_catalog\\.lo_open\\(/ { objects++ }
END { printf "slipway\\tcopied-objects\\t%.0f\\n", objects }'`
const TO_TEXT = ['pg_restore', '--data-only', '--file=-']

/**
 * Packs three times as fast as what pg_dump takes by itself, and smaller. Since PostgreSQL 16, where it was built so: a
 * pg_dump that does not know it says that before it looks for a server.
 */
const QUICK = '--compress=zstd:1'

/**
 * Runs in the container, within a snapshot: dumps to standard output while it counts the tables. What is dumped is read
 * there at the same time, to its end, and counted as well, with its checksum; where the image lacks what that takes, it
 * is read afterwards. The exit code of each program comes on standard error, and what they count at the end, in whole lines.
 */
const WORK = `say() { printf 'slipway\\t%s\\t%s\\n' "$1" "$2" >&2; }
has() { for tool; do command -v "$tool" >/dev/null || return 1; done; }
say client "$(pg_dump --version)"
set -- --format=custom --no-password --snapshot="$SLIPWAY_SNAPSHOT" --lock-wait-timeout=${LOCK_WAIT_MS}
case $(pg_dump --format=custom ${QUICK} --no-password --dbname=host=/dev/null 2>&1) in
*'connection to server'*) set -- "$@" ${QUICK} ;;
esac
if has awk mkfifo mktemp sha256sum tee && pipes=$(mktemp -d 2>/dev/null) && cd "$pipes" && mkfifo dump rows sum; then
  { ${TO_TEXT.join(' ')} < rows; printf 'slipway\\tread\\t%s\\n' $? > read; } | ${COUNT_ROWS} > counts &
  { printf 'slipway\\tdumped-sha256\\t'; sha256sum | cut -c 1-64; } < sum > hash &
  tee rows sum < dump &
  pg_dump "$@" > dump &
else
  pipes=
  pg_dump "$@" &
fi
dump=$!
printf '%s\\n' "$SLIPWAY_COUNT" | psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set snapshot="$SLIPWAY_SNAPSHOT" --set statement="$SLIPWAY_QUERY" --file - >&2
counted=$?
[ $counted = 0 ] || kill $dump
wait $dump
dumped=$?
wait
[ -z "$pipes" ] || { cat counts read hash >&2; cd / && rm -r "$pipes"; }
say dumped $dumped
say counted $counted`

/** `DUMP LIST COMMAND…`, on the host: keeps a dump's table of contents beside it, for people. */
const LIST = `set -eu
umask 027
dump=$1 list=$2; shift 2
"$@" < "$dump" > "$list"
sync -- "$list"`

/** `DUMP COMMAND…`, on the host: counts what COMMAND makes of a dump. */
const COUNT_BACK = `set -u
dump=$1; shift
{ "$@" < "$dump"; printf 'slipway\\tread\\t%s\\n' $? >&2; } | ${COUNT_ROWS}`

export async function backUp(job: PostgresJob, { directory, schemaQuery }: BackupRequest): Promise<Copy> {
  const file = `${job.dataset.id}.dump`
  const list = `${job.dataset.id}.dump.list`
  await endOwnSessions(job)
  const partial = `${directory}/${file}.partial`
  const { report, counts } = await dump(job, partial, schemaQuery).catch(async (error: unknown) => {
    // The programs in the container have not ended with the command that started them.
    await endOwnSessions({ ...job, signal: AbortSignal.timeout(CLEAN_UP_MS) }).catch(() => undefined)
    throw error
  })
  await keepList(job, partial, `${directory}/${list}.partial`)
  const copy = counts ?? (await countBack(job, partial))
  const facts = parseFacts(report)
  const largeObjects = Number(report.values['large-objects'])
  if (copy.largeObjects !== largeObjects) throw lacksObjects(job, copy.largeObjects, largeObjects)
  return {
    backup: {
      kind: 'postgres',
      database: databaseOf(job),
      file,
      sizeBytes: Number(report.values.size),
      sha256: report.values.sha256 ?? '',
      tables: report.tables,
      countedInDump: true,
      volatileTables: [...job.dataset.volatileTables],
      largeObjects,
      clientVersion: report.values.client ?? 'unknown',
      ...facts,
      schemaVersion: report.values.schema ?? null,
      tool: `${report.values.client ?? 'pg_dump'} of the service's image`,
    },
    source: report.tables,
    // What extensions bring along is in the dump too, and nobody has counted it.
    copy: Object.fromEntries(Object.entries(copy.tables).filter(([table]) => table in report.tables)),
    mayBeEmpty: false,
    besides: [list],
    warnings: [],
  }
}

const CLEAN_UP_MS = 30_000

/** What the dump says of itself; null: it is still to be read. */
async function dump(
  job: PostgresJob,
  partial: string,
  schemaQuery: string,
): Promise<{ readonly report: Report; readonly counts: DumpCounts | null }> {
  const env = { SLIPWAY_WORK: WORK, SLIPWAY_COUNT: COUNT_IN_SNAPSHOT, SLIPWAY_QUERY: asStatement(schemaQuery) }
  const holder = job.cli.argv(execArgv(job, [...psqlArgv(), '--file', '-'], { env }))
  const result = await runOnHost(job, RECEIVE, [partial, ...holder], `${HOLD_SNAPSHOT}\n`)
  const text = `${result.stderr}\n${result.stdout}`
  const report = parseReport(text)
  const { dumped, counted, sha256 = '', 'dumped-sha256': dumpedSha256 } = report.values
  const isWhole = result.code === 0 && dumped === '0' && counted === '0' && /^[0-9a-f]{64}$/.test(sha256)
  if (!isWhole) throw explainFailure(job, 'backed up', result)
  if (dumpedSha256 === undefined) return { report, counts: null }
  if (dumpedSha256 !== sha256) throw differsOnDisk(job)
  return { report, counts: requireWhole(job, text, result) }
}

/** The dump's table of contents. One without its last part still lists everything. */
async function keepList(job: PostgresJob, dump: string, list: string): Promise<void> {
  const listed = await runOnHost(job, LIST, [dump, list, ...listArgv(job)])
  if (listed.code !== 0) throw explainFailure(job, 'backed up', listed)
}

/** Reads a whole dump back from the disk, and counts it. */
export async function countBack(job: PostgresJob, dump: string): Promise<DumpCounts> {
  const counted = await runOnHost(job, COUNT_BACK, [dump, ...job.cli.argv(execArgv(job, TO_TEXT))])
  if (counted.code !== 0) throw explainFailure(job, 'backed up', counted)
  return requireWhole(job, `${counted.stderr}\n${counted.stdout}`, counted)
}

function requireWhole(job: PostgresJob, text: string, result: ExecResult): DumpCounts {
  const counts = parseDumpCounts(text)
  if (!counts.isWhole) throw explainFailure(job, 'backed up', result)
  return counts
}

function differsOnDisk({ dataset, host }: PostgresJob): SlipwayError {
  return new SlipwayError(
    'backup.failed',
    `What ${host.label} has on its disk of the backup of ${dataset.id} is not what was dumped.`,
    { state: 'The copy was not kept as a backup.', hint: 'Look at the disk of the host, and back up again.' },
  )
}

function lacksObjects({ dataset, host }: PostgresJob, held: number, expected: number): SlipwayError {
  return new SlipwayError(
    'backup.failed',
    `The backup of ${dataset.id} on ${host.label} holds ${count(held, 'large object')}, the database has ${expected}.`,
    { state: 'The copy was not kept as a backup.', hint: 'Look whether the role may read all of them.' },
  )
}

export function listArgv(job: PostgresJob): string[] {
  return job.cli.argv(execArgv(job, ['pg_restore', '--list']))
}

async function endOwnSessions(job: PostgresJob): Promise<void> {
  await askServer(job, { sql: END_OWN_SESSIONS, variables: { session: sessionName(job.operationId) } })
}

/** Without one, something that yields nothing. */
function asStatement(query: string): string {
  const text = query.trim().replace(/;$/, '')
  return text === '' ? 'SELECT 1 WHERE false;' : `${text};`
}
