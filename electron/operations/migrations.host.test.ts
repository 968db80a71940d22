import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import type { OperationRecord, UpgradeOptions } from '../../shared/contract/operations.ts'
import type { VersionFacts } from '../../shared/contract/versions.ts'
import type { Migration } from '../../shared/runbook/data-schema.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { type SampleApp, startSampleApp, startUpgrade, waitForEnd, waitForStep } from './sample-operations.ts'

const minute = 60_000
const directory = '/home/deploy/acme'
const noBackup = { skipBackup: { reason: 'Nothing is written meanwhile.' } }
let sample: SampleHost
/** As the stack comes. */
let env: string

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['acme'] })
  env = await envFile()
  await sql("INSERT INTO note (text) VALUES ('written before')")
}, 10 * minute)

afterAll(async () => {
  await sample?.dispose()
})

const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const envFile = () => sample.readFile(`${directory}/.env`)
const sql = (statement: string) => docker('exec', 'acme-db-1', 'psql', '-U', 'acme', '-Atc', statement)
const images = async () =>
  (await docker('ps', '--all', '--format', '{{.Label "com.docker.compose.service"}} {{.Image}}')).split('\n').sort()
const step = (record: OperationRecord, id: string) => record.steps.find((one) => one.id === id)
const schemaWas = (before: string, after: string, expected: string) =>
  expect.objectContaining({ schema: { dataset: 'notes', before, after, expected } })

/** How often the container's migration has looked at the schema. */
async function migrationRuns(container: string): Promise<number> {
  return (await docker('logs', container)).split('\n').filter((line) => line.includes('schema found')).length
}

/** The app, with some parts of the runbook as a test wants them. */
function start(change: (runbook: Runbook) => Partial<Runbook> = () => ({})): SampleApp {
  const runbooks = join(import.meta.dirname, '../../e2e/products/acme')
  return startSampleApp(sample, {
    project: 'acme',
    runbooks,
    alter: (stack) => ({ ...stack, runbook: { ...stack.runbook, ...change(stack.runbook) } }),
  })
}

/** Another kind of migration that leads to the same schema versions. */
function migrating(job: Partial<Migration>) {
  return ({ migrations: { schemaVersions } }: Runbook) => ({ migrations: { ...job, schemaVersions } as Migration })
}

async function upgradeTo(app: SampleApp, version: string, options: Partial<UpgradeOptions> = {}) {
  const { operationId } = await startUpgrade(app, version, options)
  return waitForEnd(app, operationId)
}

async function readFacts(app: SampleApp, ...versions: string[]): Promise<Extract<VersionFacts, { kind: 'known' }>[]> {
  let facts: VersionFacts[] = []
  for await (const picture of app.operations.watchVersionFacts(app.ref, [], versions)) facts = picture
  return facts.flatMap((one) => (one.kind === 'known' ? [one] : []))
}

/** One after the other on one stack, from version to version; what was rolled back left nothing behind. */
describe('a migration', { timeout: 5 * minute }, () => {
  it('that is a service and fails half-way brings back the old version with its data', async () => {
    await using app = start()
    const record = await upgradeTo(app, '1.1.1')
    expect(record).toMatchObject({ outcome: 'rolled-back', error: { code: 'migration.failed' }, dataRestored: true })
    expect(record.reason).toContain('exit code 3')
    const evidence = step(record, 'migrate')?.evidence
    expect(evidence).toContainEqual(expect.objectContaining({ title: 'Migration', verdict: 'failed' }))
    expect(evidence).toContainEqual(schemaWas('1', '1', '2'))
    // The half that it had done is gone, what was written before is not, and the old version works.
    expect(await sql('SELECT * FROM note')).toBe('1|written before')
    expect(step(record, 'service:api')?.status).toBe('pending')
    expect(step(record, 'rollback:smoke-test')?.status).toBe('done')
    expect(await envFile()).toBe(env)
    expect((await images()).filter((line) => line.includes(':1.1.1'))).toEqual([])
  })

  it('at boot that fails is seen in the log, and its data is brought back too', async () => {
    await sample.writeFile(`${directory}/.env`, `${env}ACME_MIGRATE=boot\n`)
    const logs = { finishedLog: 'migration finished', failedLog: 'migration \\d+ failed', timeoutSeconds: 60 }
    await using app = start(migrating({ at: 'boot', service: 'api', ...logs }))
    const record = await upgradeTo(app, '1.1.1')
    expect(record).toMatchObject({ outcome: 'rolled-back', error: { code: 'migration.failed' }, dataRestored: true })
    expect(record.reason).toContain('migration 2 failed: no such author')
    expect(await sql('SELECT * FROM note')).toBe('1|written before')
    await sample.writeFile(`${directory}/.env`, env)
  })

  it.for([
    ['fails', ['sh', '-c', 'echo half the way; exit 3'], 'exit code 3', 'half the way'],
    ['never ends', ['sleep', '600'], 'ended before it was through', 'which is its limit'],
  ] as const)('as a command that %s stops the upgrade, and no service is touched', async ([, argv, why, output]) => {
    const before = await docker('inspect', 'acme-api-1', '--format', '{{.Id}} {{.State.StartedAt}}')
    const job = { at: 'before-switch' as const, service: 'migrate', argv: [...argv], timeoutSeconds: 3 }
    await using app = start((runbook) => ({
      ...migrating(job)(runbook),
      versions: { ...runbook.versions, dataCompatible: 'always' },
    }))
    const record = await upgradeTo(app, '1.1.0', noBackup)
    expect(record).toMatchObject({ outcome: 'rolled-back', error: { code: 'migration.failed' } })
    expect(record.reason).toContain(why)
    expect((await app.operations.attachment(app.ref, record.id, 'migration-output.txt')).text).toContain(output)
    expect(await docker('inspect', 'acme-api-1', '--format', '{{.Id}} {{.State.StartedAt}}')).toBe(before)
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=slipway.operation')).toBe('')
    expect(await envFile()).toBe(env)
  })

  it('that had not begun when its upgrade was cancelled leaves the data alone', async () => {
    const before = await docker('inspect', 'acme-api-1', '--format', '{{.Id}} {{.State.StartedAt}}')
    await using app = start()
    const { operationId } = await startUpgrade(app, '1.1.0')
    await waitForStep(app, operationId, 'service:agent-small,agent-large', 'running')
    await app.operations.cancel(app.ref, operationId)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', dataRestored: false })
    expect(step(record, 'migrate')?.status).toBe('pending')
    expect(await docker('inspect', 'acme-api-1', '--format', '{{.Id}} {{.State.StartedAt}}')).toBe(before)
    expect(await envFile()).toBe(env)
  })

  it('that is a service runs once, before what waits for it, with every image that its variable pins', async () => {
    await docker('rm', 'acme-agent-large-1')
    await using app = start()
    const { plan, operationId } = await startUpgrade(app, '1.1.0', { services: ['api'] })
    expect(plan.changes.map(({ service }) => service)).toEqual(['agent-small', 'agent-large', 'migrate', 'api'])
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', error: null })
    expect(step(record, 'migrate')).toMatchObject({ status: 'done', message: 'Exit code 0, schema 1 → 2.' })
    expect(step(record, 'migrate')?.evidence).toContainEqual(schemaWas('1', '2', '2'))
    expect(await migrationRuns('acme-migrate-1')).toBe(1)
    const { text } = await app.operations.attachment(app.ref, record.id, 'migration-output.txt')
    expect(text).toContain('migration finished')
    expect(await envFile()).toBe(env.replace('1.0.0', '1.1.0'))
    expect(await images()).toEqual([
      'agent-small localhost:5000/acme/agent-small:1.1.0',
      'api localhost:5000/acme/api:1.1.0',
      'db localhost:5000/acme/postgres:17',
      'migrate localhost:5000/acme/migrate:1.1.0',
    ])
    // What never ran is not run for the first time, but its image is there.
    expect(await docker('images', '--quiet', 'localhost:5000/acme/agent-large:1.1.0')).not.toBe('')
    const stack = await app.ports.readStack(app.ref)
    const hash = stack.containers.api?.[0]?.labels['com.docker.compose.config-hash']
    expect(hash).toBe(stack.configHashes.api)
  })

  it('as a command changes the schema before the services are switched', async () => {
    const job = { service: 'migrate', argv: ['node', '/app/migrate.js'], timeoutSeconds: 60 }
    await using after = start(migrating({ at: 'after-switch', ...job }))
    const late = await after.operations.planUpgrade(after.ref, '1.2.0', { ...plain, acknowledgeJump: true })
    expect(late.steps.map(({ id }) => id).slice(-4)).toEqual(['service:api', 'migrate', 'smoke-test', 'commit'])
    await using app = start(migrating({ at: 'before-switch', ...job }))
    const { plan, operationId } = await startUpgrade(app, '1.2.0', noBackup)
    expect(plan.steps.map(({ id }) => id).slice(4, 6)).toEqual(['pin', 'migrate'])
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', error: null })
    expect(step(record, 'migrate')?.message).toBe('Exit code 0, schema 2 → 3.')
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=slipway.operation')).toBe('')
  })

  it('at boot is followed in the log of the new container, for as long as a migration may take', async () => {
    await sample.writeFile(`${directory}/.env`, `${await envFile()}ACME_MIGRATE=boot\n`)
    const logs = { finishedLog: 'migration finished', failedLog: 'migration \\d+ failed', timeoutSeconds: 60 }
    await using app = start((runbook) => ({
      ...migrating({ at: 'boot', service: 'api', ...logs })(runbook),
      gate: { ...runbook.gate, timeoutSeconds: 10 },
    }))
    // Somebody works on the table, so that the migration has to wait for longer than a start may take.
    const holding = sql('BEGIN; LOCK TABLE note IN ROW EXCLUSIVE MODE; SELECT pg_sleep(600)').catch(() => undefined)
    const holder = "FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%' AND wait_event = 'PgSleep'"
    await expect.poll(() => sql(`SELECT count(*) ${holder}`), { timeout: minute }).toBe('1')
    const { operationId } = await startUpgrade(app, '1.3.0', noBackup)
    let output = ''
    let isHeld = true
    for await (const event of app.operations.watch(app.ref, operationId)) {
      if (event.type === 'output' && event.stepId === 'service:api') output += event.text
      const isLate =
        event.type === 'snapshot' && /\(\d+ s of 60 s\)$/.test(step(event.record, 'service:api')?.message ?? '')
      if (!isHeld || !isLate) continue
      isHeld = false
      await sql(`SELECT pg_terminate_backend(pid) ${holder}`)
    }
    await holding
    expect(isHeld).toBe(false)
    expect(output).toContain('migration finished')
    const record = await app.operations.record(app.ref, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', error: null })
    const evidence = step(record, 'service:api')?.evidence
    expect(evidence).toContainEqual(expect.objectContaining({ title: 'Migration in the log', verdict: 'passed' }))
    expect(evidence).toContainEqual(schemaWas('3', '4', '4'))
  })
})

/** 1.3.0 runs now. */
describe('what a version would mean', { timeout: 2 * minute }, () => {
  it('is found out for those that are shown, with what would be downloaded', async () => {
    await using app = start()
    const [candidate, now, old] = await readFacts(app, '1.4.0-rc.1', '1.3.0', '1.0.1')
    expect(candidate).toMatchObject({ version: '1.4.0-rc.1', jump: { kind: 'minor', prerelease: true, allowed: true } })
    expect(now).toMatchObject({ downloadBytes: 0, jump: { kind: 'same', needs: [] } })
    expect(old).toMatchObject({ version: '1.0.1', jump: { kind: 'downgrade', allowed: false } })
    expect(candidate?.images.map(({ service }) => service)).toEqual(['agent-small', 'agent-large', 'migrate', 'api'])
    expect(Date.parse(candidate?.builtAt ?? '')).toBeGreaterThan(Date.parse('2026-01-01'))
    // All that is below the version's own layer is here: that is 100,000 bytes that cannot be compressed.
    expect(candidate?.downloadBytes).toBeGreaterThan(100_000)
    expect(candidate?.downloadBytes).toBeLessThan(110_000)
    const digest = await sample.exec(['curl', '-fsSI', ...manifestTypes, `${manifests}/api/manifests/1.4.0-rc.1`])
    expect(digest.stdout.toLowerCase()).toContain(`docker-content-digest: ${candidate?.images.at(-1)?.digest}`)
  })

  it.for<[string, string, Partial<UpgradeOptions>, (runbook: Runbook) => Partial<Runbook>, string]>([
    ['goes back to a schema that was', '1.0.1', {}, () => ({}), 'may not run on the data of now'],
    [
      'cannot be undone, without a backup',
      '1.4.0-rc.1',
      noBackup,
      ({ versions }) => ({ versions: { ...versions, forwardOnly } }),
      'Without a backup there is no way back',
    ],
    [
      'brings another major version of PostgreSQL',
      '15.1.0',
      { services: ['db'] },
      ({ services }) => ({ services: services.map((one) => ({ ...one, upgrade: true })) }),
      'db would go from PostgreSQL 17 to 15.',
    ],
  ])('blocks the plan of one that %s', async ([, version, options, change, why]) => {
    await using app = start(change)
    const plan = await app.operations.planUpgrade(app.ref, version, { ...plain, acknowledgeJump: true, ...options })
    expect(plan.blockers).toEqual([expect.stringContaining(why)])
  })
})

const forwardOnly = [{ version: '1.4.0-rc.1', reason: 'it drops a table.' }]
const manifests = 'http://127.0.0.1:5000/v2/acme'
const manifestTypes = ['-H', 'Accept: application/vnd.docker.distribution.manifest.v2+json']
const plain: UpgradeOptions = {
  services: [],
  skipBackup: null,
  acceptBackupAlarm: null,
  skipPull: false,
  continueUnhealthy: null,
  acknowledgeJump: false,
  restoreDataOnRollback: true,
}
