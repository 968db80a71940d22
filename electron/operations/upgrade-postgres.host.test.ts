import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { ledgerDatasets } from '../../e2e/products/ledger/runbook.ts'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import { listBackups } from './backup-store.ts'
import { whenDumped } from './datasets/postgres/sample-copy.ts'
import { startLedgerApp } from './datasets/sample-dataset.ts'
import { type SampleApp, startUpgrade, waitForEnd } from './sample-operations.ts'

const minute = 60_000
const directory = '/home/deploy/ledger'
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'] })
  await keepPinElsewhere()
  app = startLedgerApp(sample, ledgerDatasets.database)
  await sql(`
    INSERT INTO accounts (name) SELECT 'account ' || i FROM generate_series(1, 10) AS i;
    INSERT INTO entries (account, amount, note) SELECT i % 10 + 1, i, 'note ' || i FROM generate_series(1, 500) AS i`)
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

/** As where settings of several stacks are kept in one place: the version is written in `.env`, which is a link. */
async function keepPinElsewhere(): Promise<void> {
  const script = `set -eu
    mkdir -p settings && mv ledger/.env settings/ledger && ln -s ../settings/ledger ledger/.env
    echo LEDGER_VERSION=1.0.0 >> settings/ledger
    sed -i 's/ledger-web:1.0.0/ledger-web:\${LEDGER_VERSION}/' ledger/docker-compose.yml`
  await sample.exec(script, { user: 'deploy' })
}

/** What the link says, and what the file says that it leads to. */
const envFile = async () => [
  (await sample.exec(['readlink', `${directory}/.env`])).stdout,
  await sample.readFile('/home/deploy/settings/ledger'),
]

async function sql(statements: string, database = 'ledger'): Promise<string> {
  const psql = ['psql', '-v', 'ON_ERROR_STOP=1', '-AtqX', '-U', 'ledger', '-d', database]
  return (await sample.exec(['docker', 'exec', '-i', 'ledger-db-1', ...psql], { input: statements })).stdout.trim()
}

const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const webImage = () => docker('ps', '--filter', 'name=ledger-web-1', '--format', '{{.Image}} {{.State}}')
const containers = () => docker('ps', '--all', '--quiet', '--no-trunc')
const rows = () => sql(`SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM entries AS e; TABLE schema_version`)
const databases = async () =>
  (await sql(`SELECT datname FROM pg_database WHERE datname ~ 'ledger' ORDER BY 1`)).split('\n')

describe('an upgrade of a product with a PostgreSQL database', { timeout: 5 * minute }, () => {
  it('whose dump is cut in the middle stops before anything was changed', async () => {
    await sql('CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS text FROM generate_series(1, 300000) AS i')
    const ids = await containers()
    const cut = sql(whenDumped('public.large', 'end it'))
    const { operationId } = await startUpgrade(app, '1.1.0')
    await cut
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'stopped', backupId: null, error: { code: 'backup.failed' } })
    expect(await containers()).toBe(ids)
    expect(await listBackups(await app.ports.locate(app.ref))).toEqual([])
    await sql('DROP TABLE large')
  })

  it.for([
    ['never becomes healthy', '1.1.1'],
    ['fails half-way through its migration', '1.1.2'],
  ] as const)('to a version that %s comes back with all its data', async ([, version]) => {
    const [before, env] = [await rows(), await envFile()]
    const { operationId, plan } = await startUpgrade(app, version)
    expect(plan.edits.map(({ path }) => path)).toEqual([`${directory}/.env`])
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', dataRestored: true, backupId: operationId })
    expect(record.reason).toMatch(
      /The backup of [\d-]+ [\d:]+ UTC was restored: what was written since \(.*\) is no longer used\./,
    )
    expect(await rows()).toBe(before)
    expect(await envFile()).toEqual(env)
    expect(record.steps.find(({ id }) => id === 'rollback:restore-files')?.message).toBe('The files say 1.0.0 again.')
    expect(await webImage()).toBe('localhost:5000/acme/ledger-web:1.0.0 running')
    const set = (await listBackups(await app.ports.locate(app.ref))).find(({ id }) => id === operationId)
    expect(set?.files.map(({ path }) => path)).toContain(`${directory}/.env`)
    expect(await databases()).toContain(`ledger_slipway_${operationId}`)
    const columns = `SELECT count(*) FROM information_schema.columns WHERE table_name = 'entries' AND column_name = 'note'`
    expect(await sql(columns, `ledger_slipway_${operationId}`)).toBe('0')
  })

  it('shows the schema version before and after', async () => {
    const { operationId } = await startUpgrade(app, '1.1.0')
    const record = await waitForEnd(app, operationId)
    expect(record.outcome).toBe('succeeded')
    const evidence = record.steps.flatMap((step) => step.evidence).find(({ title }) => title === 'Schema of ledger')
    expect(evidence).toMatchObject({ verdict: 'passed', detail: 'Version 1 → 2.' })
  })

  it('is taken back by hand, days later, with what was written since kept beside it', async () => {
    const upgrade = (await app.operations.history(app.ref)).operations.find(({ outcome }) => outcome === 'succeeded')
    await sql(`INSERT INTO audits (entry) VALUES (1), (2), (3)`)
    const plan = await app.operations.planRollback(app.ref, upgrade?.id ?? '', { restoreData: true, skipBackup: null })
    expect(plan.blockers).toEqual([])
    // The version of the schema is a row too.
    expect(plan.dataOnRollback).toMatch(
      /^The schema of ledger changed from 1 to 2\. Rolling back restores the backup of .* \(at least 4 rows in 2 tables\)\./,
    )
    expect(plan.dataReturn?.datasets[0]?.added).toEqual({ 'public.audits': 3, 'public.schema_version': 1 })
    const alone = await app.operations.planRollback(app.ref, upgrade?.id ?? '', {
      restoreData: false,
      skipBackup: null,
    })
    expect(alone).toMatchObject({
      imagesAlone: { allowed: false },
      blockers: [expect.stringContaining('1.0.0 and 1.1.0')],
    })
    const { operationId } = await app.operations.run(app.ref, plan.id)
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded', dataRestored: true })
    expect(await sql('TABLE schema_version')).toBe('1')
    const kept = `ledger_slipway_${operationId}-by-hand`
    expect(await sql('SELECT count(*) FROM audits', kept)).toBe('3')
    expect(await webImage()).toBe('localhost:5000/acme/ledger-web:1.0.0 running')
  })

  it('keeps what the last three restores have replaced, and no more', async () => {
    const before = await databases()
    expect(before).toHaveLength(4)
    for (const [version, outcome] of [
      ['1.1.1', 'rolled-back'],
      ['1.0.1', 'succeeded'],
    ] as const) {
      const { operationId } = await startUpgrade(app, version)
      expect(await waitForEnd(app, operationId)).toMatchObject({ outcome })
      expect(await databases()).toHaveLength(4)
    }
    const after = await databases()
    expect(after.filter((name) => before.includes(name))).toHaveLength(3)
  })

  it('of a database that lost most of its rows stops, unless a person says why that is right', async () => {
    await sql('DELETE FROM entries WHERE id > 5')
    const { operationId } = await startUpgrade(app, '1.1.0')
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'stopped', error: { code: 'backup.shrunk' } })
    expect(await webImage()).toBe('localhost:5000/acme/ledger-web:1.0.1 running')
    const acceptBackupAlarm = { reason: 'The old year was archived.' }
    const again = await startUpgrade(app, '1.1.0', { acceptBackupAlarm })
    expect(again.plan.weakenings.join()).toContain(acceptBackupAlarm.reason)
    const passed = await waitForEnd(app, again.operationId)
    expect(passed).toMatchObject({ outcome: 'succeeded' })
    expect(passed.weakenings.join()).toContain(acceptBackupAlarm.reason)
    const manifest = (await listBackups(await app.ports.locate(app.ref))).at(-1)
    expect(manifest?.datasets[0]?.warnings.join()).toContain('The old year was archived.')
  })

  it('of an empty database is not even begun', async () => {
    await sql('CREATE TABLE keep (a int)')
    await sql('DROP TABLE keep, entries, accounts, sessions, audits, schema_version CASCADE')
    const options = upgradeOptionsSchema.parse({ acknowledgeJump: true })
    const plan = await app.operations.planUpgrade(app.ref, '1.0.0', options)
    expect(plan.preflight.find(({ id }) => id === 'backup')).toMatchObject({ verdict: 'failed' })
    await expect(app.operations.run(app.ref, plan.id)).rejects.toMatchObject({ code: 'operation.blocked' })
  })
})
