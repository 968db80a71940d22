import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { databasePath, fillErrors, SAMPLE } from '../../e2e/sample-stack.ts'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import { backupSchema } from '../../shared/runbook/data-schema.ts'
import type { Stack } from '../stacks/stack.ts'
import { askData } from './ask-data.ts'
import { listBackups } from './backup-store.ts'
import { kindOf } from './datasets/kinds.ts'
import { openDataset } from './datasets/sample-dataset.ts'
import { layOut } from './layout.ts'
import { type SampleApp, startSampleApp, startSeededHost, startUpgrade, waitForEnd } from './sample-operations.ts'

const minute = 60_000
const megabyte = 1024 * 1024
const { directory } = SAMPLE
const layout = layOut(`${directory}/.slipway`)
const onlyErrors = { services: ['error-tracker'] }
const options = upgradeOptionsSchema.parse({ ...onlyErrors, acknowledgeJump: true })
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSeededHost({ diskSize: '1G' })
  await fillErrors((argv) => sample.exec(argv), 10_000)
  app = startSampleApp(sample, { settleSeconds: 1 })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

/** The stack with only the error tracker's data set, at another path. */
function withErrorsAt(path: string): (stack: Stack) => Stack {
  return (stack) => {
    const datasets = [{ kind: 'sqlite' as const, id: 'errors', service: 'error-tracker', path }]
    const { migrations, probes } = stack.runbook
    const schemaVersions = migrations.schemaVersions.filter(({ dataset }) => dataset === 'errors')
    const runbook = {
      ...stack.runbook,
      backup: backupSchema.parse({ keep: 1, datasets }),
      migrations: { ...migrations, schemaVersions },
      probes: probes.filter((probe) => !('query' in probe)),
    }
    return { ...stack, runbook }
  }
}

const sqlite = async (database: string, sql: string) =>
  (await sample.exec(['sqlite3', '-cmd', '.timeout 10000', database, sql])).stdout.trim()
const composeFile = () => sample.readFile(`${directory}/docker-compose.yml`)
/** A question of a probe. */
const ask = async (sql: string) => {
  const { signal } = new AbortController()
  return askData(await app.ports.readStack(app.ref), { dataset: 'errors', sql, timeoutMs: minute, signal })
}
const containerIds = async () => (await sample.exec('docker ps --all --quiet --no-trunc')).stdout

describe('a question for a database', { timeout: minute }, () => {
  it('is answered by its first value', async () => {
    expect(await ask("SELECT value FROM _meta WHERE key = 'schema_version'")).toEqual({ kind: 'value', value: '3' })
    for (const none of ['SELECT value FROM _meta WHERE 0', 'SELECT 1 FROM a_table_that_comes_with_a_migration']) {
      expect(await ask(none)).toEqual({ kind: 'value', value: null })
    }
  })

  it('that it refuses is no value, and told in its own words', async () => {
    const refused = { kind: 'refused', reason: expect.stringContaining('no such column: elsewhere') }
    expect(await ask('SELECT elsewhere FROM errors')).toEqual(refused)
  })

  it('cannot change anything', async () => {
    expect(await ask("DELETE FROM errors WHERE project = 'shop'")).toMatchObject({ kind: 'refused' })
  })
})

describe('a backup', { timeout: 5 * minute }, () => {
  it('holds, checked, what every database held, while somebody writes', async () => {
    const insert =
      "INSERT INTO errors (fingerprint, project, exception_type, message, traceback) VALUES (hex(randomblob(16)), 'busy', 'E', 'm', 't')"
    const writer = sample.exec(
      `until [ -e /tmp/enough ]; do sqlite3 -cmd '.timeout 10000' ${databasePath('error-tracker')} "${insert}"; sleep 0.05; done`,
      { allowFailure: true },
    )
    const { operationId } = await startUpgrade(app, '0.10.1', onlyErrors)
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded', backupId: operationId })
    await sample.exec('touch /tmp/enough')
    await writer
    const [manifest] = await listBackups(await app.ports.locate(app.ref))
    expect(manifest?.datasets.map(({ dataset, schemaVersion }) => `${dataset} ${schemaVersion}`)).toEqual([
      'errors 3',
      'logs 3',
      'metrics 3',
      'browser-relay 3',
    ])
    const databases = (manifest?.datasets ?? []).filter((dataset) => dataset.kind === 'sqlite')
    expect(databases).toHaveLength(4)
    for (const { file, sha256, tables } of databases) {
      const path = `${layout.backups}/${operationId}/${file}`
      expect((await sample.exec(['sha256sum', path])).stdout).toContain(sha256)
      expect(await sqlite(path, 'PRAGMA integrity_check')).toBe('ok')
      for (const [table, rows] of Object.entries(tables)) {
        expect(await sqlite(path, `SELECT count(*) FROM "${table}"`)).toBe(String(rows))
      }
    }
    const [errors] = databases
    expect(errors?.tables.errors).toBeGreaterThan(10_000)
    expect(errors?.tool).toMatch(/^sqlite3 3\.\d+\.\d+ of the host/)
  })

  it('that does not fit on the disk stops the upgrade before anything is changed, and leaves nothing behind', async () => {
    const [compose, ids] = [await composeFile(), await containerIds()]
    const plan = await app.operations.planUpgrade(app.ref, '0.11.0', options)
    await sample.fillDisk(8 * megabyte)
    try {
      const { operationId } = await app.operations.run(app.ref, plan.id)
      const record = await waitForEnd(app, operationId)
      expect(record).toMatchObject({ outcome: 'stopped', error: { code: 'host.disk-full' } })
      expect((await sample.exec(['ls', layout.backups])).stdout).not.toContain(operationId)
    } finally {
      await sample.freeDisk()
    }
    expect([await composeFile(), await containerIds()]).toEqual([compose, ids])
    expect(await app.operations.lock(app.ref)).toBeNull()
  })

  it('is not begun when the disk is too full for it', async () => {
    await sample.fillDisk(8 * megabyte)
    try {
      const plan = await app.operations.planUpgrade(app.ref, '0.11.0', options)
      expect(plan.preflight.find(({ id }) => id === 'disk')).toMatchObject({ verdict: 'failed' })
    } finally {
      await sample.freeDisk()
    }
  })

  it.for([
    ['without tables', 'none.db', 'backup.empty', (path: string) => sqlite(path, 'PRAGMA user_version = 1')],
    ['of no bytes', 'zero.db', 'backup.empty', (path: string) => sample.exec(['touch', path])],
    ['that is damaged', 'torn.db', 'backup.', (path: string) => tear(path)],
    ['that is not there', 'missing.db', 'backup.failed', async () => undefined],
  ] as const)('of a database %s is a failure, never a success', async ([, name, code, make]) => {
    await make(databasePath('error-tracker').replace('errors.db', name))
    const alter = withErrorsAt(`/app/data/${name}`)
    await using other = startSampleApp(sample, { alter })
    const plan = await other.operations.planUpgrade(other.ref, '0.11.0', options)
    if (plan.blockers.length > 0) {
      expect(plan.preflight.find(({ id }) => id === 'backup')).toMatchObject({ verdict: 'failed' })
      return
    }
    const { operationId } = await other.operations.run(other.ref, plan.id)
    const record = await waitForEnd(other, operationId)
    expect(record).toMatchObject({ outcome: 'stopped', backupId: null })
    expect(record.error?.code).toContain(code)
  })

  it('counts a database that is damaged not at all, instead of in part', async () => {
    await tear(databasePath('error-tracker').replace('errors.db', 'half.db'))
    await using other = startSampleApp(sample, { alter: withErrorsAt('/app/data/half.db') })
    const job = await openDataset(other, 'errors')
    await expect(kindOf(job.dataset).count(job)).rejects.toMatchObject({ code: 'backup.failed' })
  })

  it('of data outside of any volume is refused', async () => {
    await using other = startSampleApp(sample, { alter: withErrorsAt('/tmp/errors.db') })
    const plan = await other.operations.planUpgrade(other.ref, '0.11.0', options)
    expect(plan.preflight.find(({ id }) => id === 'backup')?.detail).toContain('is in no volume')
  })

  it('without a tool to make it is refused, with what to install', async () => {
    await sample.exec(['mv', '/usr/bin/sqlite3', '/usr/bin/sqlite3.away'])
    try {
      const plan = await app.operations.planUpgrade(app.ref, '0.11.0', options)
      const found = plan.preflight.find(({ id }) => id === 'backup')
      expect(found).toMatchObject({ verdict: 'failed', hint: expect.stringContaining('install sqlite3') })
    } finally {
      await sample.exec(['mv', '/usr/bin/sqlite3.away', '/usr/bin/sqlite3'])
    }
  })

  it('is kept as often as the runbook says, and for as long as there is a rollback point that needs it', async () => {
    const needed = (await listBackups(await app.ports.locate(app.ref))).map(({ id }) => id)
    const old = '20200101T000000Z-upgrade-aaaaaa'
    const manifest = {
      format: 1,
      id: old,
      operationId: old,
      project: SAMPLE.project,
      createdAt: '2020-01-01T00:00:00Z',
    }
    await app.host.files.makeDirectories(`${layout.backups}/${old}`)
    const text = JSON.stringify({ ...manifest, datasets: [] })
    await app.host.files.writeAtomic(`${layout.backups}/${old}/manifest.json`, text)
    expect((await listBackups(await app.ports.locate(app.ref))).map(({ id }) => id)).toEqual([old, ...needed])
    const alter = withErrorsAt('/app/data/errors.db')
    await using other = startSampleApp(sample, { alter, settleSeconds: 1 })
    const { operationId } = await startUpgrade(other, '0.10.0', onlyErrors)
    expect(await waitForEnd(other, operationId)).toMatchObject({ outcome: 'succeeded' })
    expect((await listBackups(await app.ports.locate(app.ref))).map(({ id }) => id)).toEqual([...needed, operationId])
  })
})

/** A database with tables, whose second page is noise. */
async function tear(path: string): Promise<void> {
  await sqlite(path, 'CREATE TABLE a (b); INSERT INTO a SELECT randomblob(500) FROM generate_series(1, 100)')
  await sample.exec(`dd if=/dev/urandom of=${path} bs=4096 seek=1 count=3 conv=notrunc`)
}
