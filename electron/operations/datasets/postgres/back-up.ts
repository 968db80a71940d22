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

/**
 * Runs in the container, within a snapshot: dumps to standard output while it counts, and reports the exit code of
 * both on standard error. No pipe stands behind either, so that none can hide how they ended.
 */
const WORK = `pg_dump --format=custom --no-password --snapshot="$SLIPWAY_SNAPSHOT" --lock-wait-timeout=${LOCK_WAIT_MS} &
dump=$!
printf 'slipway\\tclient\\t%s\\n' "$(pg_dump --version)" >&2
printf '%s\\n' "$SLIPWAY_COUNT" | psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set snapshot="$SLIPWAY_SNAPSHOT" --set statement="$SLIPWAY_QUERY" --file - >&2
counted=$?
[ $counted = 0 ] || kill $dump
wait $dump
printf 'slipway\\tdumped\\t%s\\nslipway\\tcounted\\t%s\\n' $? $counted >&2`

/** `DUMP LIST COMMAND…`, on the host: keeps a dump's table of contents beside it, for people. */
const LIST = `set -eu
umask 027
dump=$1 list=$2; shift 2
"$@" < "$dump" > "$list"
sync -- "$list"`

/** Rows by table, and large objects, of the text that pg_restore makes of a dump. A row is a line: COPY escapes those within. */
const COUNT_ROWS = `awk '
copying { if ($0 == "\\\\.") { printf "slipway\\tcopied\\t%.0f\\t%s\\n", rows, header; copying = 0 } else rows++; next }
/^COPY / { header = $0; rows = 0; copying = 1 }
/^SELECT pg_catalog\\.lo_open\\(/ { objects++ }
END { printf "slipway\\tlarge-objects\\t%.0f\\n", objects }'`
const TO_TEXT = ['pg_restore', '--data-only', '--file=-']
const NO_AWK = 66

/**
 * Runs in the container, where the text of the dump, many times its size, has the shortest way. The exit code of
 * pg_restore comes on standard error, since a pipe stands behind it.
 */
const COUNT_WITHIN = `command -v awk > /dev/null || exit ${NO_AWK}
{ ${TO_TEXT.join(' ')}; printf 'slipway\\tread\\t%s\\n' $? >&2; } | ${COUNT_ROWS}`

/** `DUMP COMMAND…`, on the host: the same for an image without awk, where COMMAND yields the text. */
const COUNT_OUTSIDE = `set -u
dump=$1; shift
{ "$@" < "$dump"; printf 'slipway\\tread\\t%s\\n' $? >&2; } | ${COUNT_ROWS}`

/** `DUMP COMMAND…`, on the host. */
const HAND_IN = 'dump=$1; shift; exec "$@" < "$dump"'

export async function backUp(job: PostgresJob, { directory, schemaQuery }: BackupRequest): Promise<Copy> {
  const file = `${job.dataset.id}.dump`
  const list = `${job.dataset.id}.dump.list`
  await endOwnSessions(job)
  const report = await dump(job, `${directory}/${file}.partial`, schemaQuery).catch(async (error: unknown) => {
    // The programs in the container have not ended with the command that started them.
    await endOwnSessions({ ...job, signal: AbortSignal.timeout(CLEAN_UP_MS) }).catch(() => undefined)
    throw error
  })
  const copy = await readBack(job, `${directory}/${file}.partial`, `${directory}/${list}.partial`)
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

async function dump(job: PostgresJob, partial: string, schemaQuery: string): Promise<Report> {
  const env = { SLIPWAY_WORK: WORK, SLIPWAY_COUNT: COUNT_IN_SNAPSHOT, SLIPWAY_QUERY: asStatement(schemaQuery) }
  const holder = job.cli.argv(execArgv(job, [...psqlArgv(), '--file', '-'], { env }))
  const result = await runOnHost(job, RECEIVE, [partial, ...holder], `${HOLD_SNAPSHOT}\n`)
  const report = parseReport(`${result.stderr}\n${result.stdout}`)
  const { dumped, counted, sha256 = '' } = report.values
  const isWhole = result.code === 0 && dumped === '0' && counted === '0' && /^[0-9a-f]{64}$/.test(sha256)
  if (!isWhole) throw explainFailure(job, 'backed up', result)
  return report
}

/** Reads a whole dump back from the disk: one without its last part still lists everything. */
export async function readBack(job: PostgresJob, dump: string, list: string): Promise<DumpCounts> {
  const listed = await runOnHost(job, LIST, [dump, list, ...listArgv(job)])
  if (listed.code !== 0) throw explainFailure(job, 'backed up', listed)
  const counted = await countBack(job, dump)
  const counts = parseDumpCounts(`${counted.stderr}\n${counted.stdout}`)
  if (counted.code !== 0 || !counts.isWhole) throw explainFailure(job, 'backed up', counted)
  return counts
}

async function countBack(job: PostgresJob, dump: string): Promise<ExecResult> {
  const within = await runOnHost(job, HAND_IN, [dump, ...job.cli.argv(execArgv(job, ['sh', '-c', COUNT_WITHIN]))])
  if (within.code !== NO_AWK) return within
  return runOnHost(job, COUNT_OUTSIDE, [dump, ...job.cli.argv(execArgv(job, TO_TEXT))])
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
