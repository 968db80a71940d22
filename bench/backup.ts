import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { ledgerDatasets, ledgerRunbook } from '../e2e/products/ledger/runbook.ts'
import { type SampleApp, startSampleApp, startUpgrade, waitForEnd } from '../electron/operations/sample-operations.ts'
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts'
import { explainRecord } from './explain-record.ts'
import { connectTo, directAddressOf } from './sample.ts'
import { median, timedMs } from './statistics.ts'

/** Each round makes one backup of either kind. */
const ROUNDS = 3
/** About as many bytes as a row takes in its table. */
const ROW_BYTES = 230
const TABLES = ['events', 'visits', 'orders', 'letters']
const MEGABYTE = 1_000_000

/**
 * The same database dumped by hand and by the backup step of an upgrade, in turns, to the same disk. Everything that
 * Slipway does beside the dump (a count of all rows in the same snapshot, checksum, flush, reading back) is in its time.
 */
export async function measureBackup({
  pgMegabytes,
}: {
  readonly pgMegabytes: number
}): Promise<Record<string, number>> {
  await using sample = await startSampleHost({ stacks: ['ledger'] })
  await using proxy = await startCountingProxy(await directAddressOf(sample))
  await using app = startLedgerApp(sample, proxy)
  const bytes = await fillDatabase(sample, pgMegabytes * MEGABYTE)
  const times = { slipway: [] as number[], plain: [] as number[] }
  const laptopBytes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    times.plain.push(await timedMs(() => dumpByHand(sample)))
    const step = await backUpByUpgrade(app, proxy, round)
    times.slipway.push(step.ms)
    laptopBytes.push(step.laptopBytes)
  }
  const [slipway, plain] = [median(times.slipway), median(times.plain)]
  return {
    'backup.pg.bytes': bytes,
    'backup.pg.ms': slipway,
    'backup.pg.plain_ms': plain,
    'backup.pg.vs_pg_dump': plain / slipway,
    'backup.pg.laptop_bytes': Math.max(...laptopBytes),
  }
}

function startLedgerApp(sample: SampleHost, proxy: CountingProxy): SampleApp {
  const usual = ledgerRunbook({ datasets: [ledgerDatasets.database], keep: 1 })
  // The disk is still writing the database when the service starts: how soon it is healthy is no question here.
  const runbook = { ...usual, gate: { ...usual.gate, timeoutSeconds: 300 } }
  const host = connectTo(sample, proxy)
  return startSampleApp(sample, { project: 'ledger', host, alter: (stack) => ({ ...stack, runbook }) })
}

/** Rows of a usual kind: numbers, times, text that packs well and text that does not. Returns the database's bytes. */
async function fillDatabase(sample: SampleHost, bytes: number): Promise<number> {
  const rows = Math.ceil(bytes / TABLES.length / ROW_BYTES)
  for (const table of TABLES) {
    await psql(
      sample,
      `CREATE TABLE ${table} AS SELECT i AS id, now() - i * interval '1 second' AS at,
        md5(i::text || '${table}') || md5(random()::text) AS token, repeat('as it was said before ', 5) AS note
        FROM generate_series(1, ${rows}) AS i; ALTER TABLE ${table} ADD PRIMARY KEY (id)`,
    )
  }
  await psql(sample, 'VACUUM ANALYZE; CHECKPOINT')
  const tables = TABLES.map((table) => `pg_table_size('${table}')`).join(' + ')
  return Number(await psql(sample, `SELECT ${tables}`))
}

async function psql(sample: SampleHost, sql: string): Promise<string> {
  const argv = ['docker', 'exec', '-i', 'ledger-db-1', 'psql', '-v', 'ON_ERROR_STOP=1', '-AtqX', '-U', 'ledger']
  return (await sample.exec(argv, { input: sql.replaceAll('; ', ';\n'), timeoutMs: 30 * 60_000 })).stdout.trim()
}

/** As a person does it; the file goes again. */
async function dumpByHand(sample: SampleHost): Promise<void> {
  const dump = 'docker exec ledger-db-1 pg_dump -Fc -U ledger ledger > /home/deploy/plain.dump'
  await sample.exec(`${dump} && rm /home/deploy/plain.dump`, { timeoutMs: 60 * 60_000 })
}

/** There and back between two versions of one schema: the time of the backup step by the host's clock. */
async function backUpByUpgrade(
  app: SampleApp,
  proxy: CountingProxy,
  round: number,
): Promise<{ readonly ms: number; readonly laptopBytes: number }> {
  const { operationId } = await startUpgrade(app, round % 2 === 0 ? '1.0.1' : '1.0.0')
  const before = proxy.bytes()
  let after = before
  for await (const event of app.operations.watch(app.ref, operationId)) {
    if (event.type !== 'snapshot') continue
    after = proxy.bytes()
    if (
      event.record.steps.some(({ kind, status }) => kind === 'backup' && status !== 'running' && status !== 'pending')
    )
      break
  }
  const record = await waitForEnd(app, operationId)
  const step = record.steps.find(({ kind }) => kind === 'backup')
  if (record.outcome !== 'succeeded' || step?.startedAt == null || step.endedAt === null) {
    throw explainRecord(record)
  }
  return { ms: Date.parse(step.endedAt) - Date.parse(step.startedAt), laptopBytes: after - before }
}
