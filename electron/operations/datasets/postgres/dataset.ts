import { clientsOf } from '../clients.ts'
import { parseReport } from '../host-report.ts'
import type { KindFor, LiveCounts, Measure } from '../kind.ts'
import { backUp } from './back-up.ts'
import { backUpCommands, discardCommands, restoreCommands } from './commands.ts'
import { restoredName } from './names.ts'
import { discardReplaced, discardRestored, measureReplaced, restoreBeside, swap, verify } from './restore.ts'
import { ask, databaseOf, execArgv, type PostgresJob, tryAsking } from './session.ts'
import { COUNT_NOW, ESTIMATE_ROWS, MEASURE } from './sql.ts'

/** While somebody waits for a plan, larger databases are not counted: the server's statistics must do. */
const COUNTED_BYTES = 2_000_000_000
const COUNT_LIMIT = '5s'
const COUNT_TIMEOUT_MS = 120_000

/** A PostgreSQL database: dumped and restored by the tools of its own server's image, in its own container. */
export const postgresKind: KindFor<'postgres'> = {
  users: (stack, dataset) => clientsOf(stack, dataset.service),
  measure,
  backUp,
  verify,
  restoreBeside,
  restoredAs: (job, _backup, request) => `database ${restoredName(databaseOf(job), request)} of ${job.dataset.service}`,
  // Sessions of others are ended, and the server itself refuses to rename what is in use.
  requireFree: async () => undefined,
  swap,
  discardRestored,
  measureReplaced,
  discardReplaced,
  query,
  count,
  backUpCommands,
  restoreCommands,
  discardCommands,
}

async function measure(job: PostgresJob): Promise<Measure> {
  const { values } = parseReport((await ask(job, { sql: MEASURE })).join('\n'))
  const { stdout } = await job.cli.run(execArgv(job, ['pg_dump', '--version']), { signal: job.signal })
  const what = `${databaseOf(job)} of service ${job.dataset.service}`
  return {
    bytes: Number(values.size),
    tool: `${stdout.trim()} of the service's image`,
    alarm: values.tables === '0' ? `Database ${what} has no tables: the product may keep its data elsewhere.` : null,
  }
}

/** Read only, whatever the statement says. */
async function query(job: PostgresJob, statement: string): Promise<string | null> {
  const env = { PGOPTIONS: '-c default_transaction_read_only=on -c statement_timeout=30s' }
  const [first] = await ask(job, { sql: `${statement.trim().replace(/;$/, '')};`, env })
  return first ?? null
}

async function count(job: PostgresJob): Promise<LiveCounts> {
  const { values } = parseReport((await ask(job, { sql: MEASURE })).join('\n'))
  if (Number(values.size) <= COUNTED_BYTES) {
    const variables = { limit: COUNT_LIMIT }
    const { code, stdout } = await tryAsking(job, { sql: COUNT_NOW, variables, timeoutMs: COUNT_TIMEOUT_MS })
    if (code === 0) return { counts: parseReport(stdout).tables, exact: true }
  }
  const lines = await ask(job, { sql: ESTIMATE_ROWS })
  return { counts: parseReport(lines.join('\n')).tables, exact: false }
}
