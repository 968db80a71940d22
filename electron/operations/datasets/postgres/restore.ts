import { SlipwayError } from '../../../../shared/errors.ts'
import { parseReport } from '../host-report.ts'
import type { BackupOf, RestoreRequest } from '../kind.ts'
import { notReplaced, requireSameCounts } from '../restore-errors.ts'
import { runOnHost, TRANSFER_TIMEOUT_MS } from '../run-on-host.ts'
import { listArgv } from './back-up.ts'
import { buildCreateStatements, buildPropertyStatements } from './create-database.ts'
import { explainFailure } from './errors.ts'
import { isReplacedName, replacedName, restoredName } from './names.ts'
import { ask, askServer, databaseOf, execArgv, type PostgresJob } from './session.ts'
import { COUNT_NOW, END_SESSIONS } from './sql.ts'

type Backup = BackupOf<'postgres'>

/** How often a swap is tried while somebody connects again and again. */
const SWAP_ATTEMPTS = 10

const EXIT_DIFFERS = 64

/** `DUMP SHA256 COMMAND…`, on the host: hands a dump, proven to be the one of the manifest, to COMMAND. */
const HAND_OVER = `set -eu
dump=$1 sha256=$2; shift 2
[ "$(sha256sum < "$dump" | cut -c 1-64)" = "$sha256" ] || exit ${EXIT_DIFFERS}
"$@" < "$dump"`

export async function verify(job: PostgresJob, backup: Backup, directory: string): Promise<void> {
  await handOver(job, backup, directory, [...listArgv(job)])
}

/** Into a new database of the same cluster, so that roles are there, held against the manifest before anybody sees it. */
export async function restoreBeside(job: PostgresJob, backup: Backup, request: RestoreRequest): Promise<void> {
  const fresh = restoredName(databaseOf(job), request)
  await drop(job, fresh)
  await askServer(job, { sql: buildCreateStatements(fresh, backup), doing: 'restored' })
  const program = ['pg_restore', '--exit-on-error', '--no-password', `--dbname=${fresh}`]
  await handOver(job, backup, request.directory, job.cli.argv(execArgv(job, program, { database: fresh })))
  await askServer(job, { sql: buildPropertyStatements(fresh, backup), doing: 'restored' })
  const timeoutMs = TRANSFER_TIMEOUT_MS
  await ask(job, { sql: 'ANALYZE;', database: fresh, doing: 'restored', timeoutMs })
  const lines = await ask(job, {
    sql: COUNT_NOW,
    variables: { limit: '0' },
    database: fresh,
    doing: 'restored',
    timeoutMs,
  })
  const { tables, values } = parseReport(lines.join('\n'))
  requireSameCounts(job, backup.tables, tables)
  requireSameCounts(job, { 'large objects': backup.largeObjects }, { 'large objects': Number(values['large-objects']) })
}

/** Both renames in one transaction: at no moment is there no database, or the wrong one, under the product's name. */
export async function swap(job: PostgresJob, _backup: Backup, request: RestoreRequest): Promise<string | null> {
  const present = databaseOf(job)
  const [fresh, replaced] = [restoredName(present, request), replacedName(present, request)]
  const there = new Set(await askServer(job, { sql: 'SELECT datname FROM pg_database;' }))
  if (there.has(replaced) && there.has(present)) {
    // Swapped already, by a try that was interrupted just behind it. Its users have not run since.
    await drop(job, fresh)
    return replaced
  }
  if (!there.has(fresh)) throw nothingToSwap(job, fresh)
  const names = { present, fresh, replaced, note: `${present}, replaced by Slipway in ${request.mark}` }
  await renameBoth(job, there.has(present) ? SWAP : MOVE_IN, names)
  return there.has(present) ? replaced : null
}

const MOVE_IN = `ALTER DATABASE :"fresh" RENAME TO :"present";`
const SWAP = `BEGIN;
ALTER DATABASE :"present" RENAME TO :"replaced";
ALTER DATABASE :"fresh" RENAME TO :"present";
COMMENT ON DATABASE :"replaced" IS :'note';
COMMIT;`

/** A client that is not of the stack may connect again between the end of its session and the rename. */
async function renameBoth(job: PostgresJob, sql: string, names: Record<'present' | 'fresh', string>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    for (const database of [names.present, names.fresh]) {
      await askServer(job, { sql: END_SESSIONS, variables: { database } })
    }
    try {
      await askServer(job, { sql, variables: names, doing: 'restored' })
      return
    } catch (error) {
      const inUse = error instanceof SlipwayError && /being accessed by other users/.test(error.details?.output ?? '')
      if (!inUse || attempt >= SWAP_ATTEMPTS) throw error
    }
  }
}

export async function discardRestored(job: PostgresJob, _backup: Backup, request: RestoreRequest): Promise<void> {
  await drop(job, restoredName(databaseOf(job), request))
}

export async function measureReplaced(job: PostgresJob, name: string): Promise<number | null> {
  if (!isReplacedName(name)) throw notReplaced(job, name)
  const sql = `SELECT pg_database_size(oid) FROM pg_database WHERE datname = :'database';`
  const [bytes] = await askServer(job, { sql, variables: { database: name } })
  return bytes === undefined ? null : Number(bytes)
}

export async function discardReplaced(job: PostgresJob, name: string): Promise<void> {
  if (!isReplacedName(name)) throw notReplaced(job, name)
  await drop(job, name)
}

async function drop(job: PostgresJob, database: string): Promise<void> {
  const variables = { database }
  await askServer(job, { sql: END_SESSIONS, variables })
  await askServer(job, { sql: 'DROP DATABASE IF EXISTS :"database";', variables, timeoutMs: 10 * 60_000 })
}

async function handOver(job: PostgresJob, backup: Backup, directory: string, command: readonly string[]) {
  const result = await runOnHost(job, HAND_OVER, [`${directory}/${backup.file}`, backup.sha256, ...command])
  if (result.code === 0) return
  if (result.code !== EXIT_DIFFERS) throw explainFailure(job, 'restored', result)
  throw new SlipwayError(
    'backup.corrupt',
    `${backup.file} on ${job.host.label} is not the file that the manifest of its backup names: its checksum differs.`,
    { state: 'The present data was not touched.', hint: 'Use another backup.' },
  )
}

function nothingToSwap({ dataset, host }: PostgresJob, fresh: string): SlipwayError {
  return new SlipwayError(
    'backup.restore-failed',
    `The restored database ${fresh} of ${dataset.id} on ${host.label} is gone.`,
    {
      state: 'The present data was not touched.',
      hint: 'Roll back again.',
    },
  )
}
