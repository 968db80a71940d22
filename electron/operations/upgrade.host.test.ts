import { posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { databasePath, parseApiKeys, SAMPLE } from '../../e2e/sample-stack.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { Stack } from '../stacks/stack.ts'
import {
  plainOptions,
  type SampleApp,
  startSampleApp,
  startSeededHost,
  startUpgrade,
  waitForEnd,
  waitForStep,
} from './sample-operations.ts'
import { readUserRows } from './sample-rows.ts'

const minute = 60_000
const { directory } = SAMPLE
const onlyErrors = { services: ['error-tracker'] }
let sample: SampleHost
let app: SampleApp
/** Every command that was run on the host. */
const ran: string[] = []

beforeAll(async () => {
  sample = await startSeededHost()
  const host = connectSampleHost(sample)
  const exec = host.exec.bind(host)
  host.exec = (argv, options) => {
    ran.push(argv.join(' '))
    return exec(argv, options)
  }
  app = startSampleApp(sample, { settleSeconds: 2, host })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const composeFile = () => sample.readFile(`${directory}/docker-compose.yml`)
const envFile = () => sample.readFile(`${directory}/.env`)
const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const containerIds = () => docker('ps', '--all', '--quiet', '--no-trunc')
/** Lets a command write into the log of the first service, as the service itself would. */
const say = (command: string) =>
  sample.exec(`(${command}) > /proc/$(docker inspect -f '{{.State.Pid}}' ${SAMPLE.project}-error-tracker-1)/fd/1`)
const imageOf = (service: string, version: string) => `${SAMPLE.images}/${service}:${version}`
/** Lets a tag of the registry mean what another tag, or a digest, means. Returns the digest that it meant until then. */
async function publishAs(service: string, source: string, tag: string): Promise<string> {
  const url = `http://${imageOf(service, 'x').replace('/', '/v2/').replace(':x', '/manifests')}`
  const script = `set -eu
    kinds='application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
    kinds="$kinds, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
    ask() { curl -fsS -H "Accept: $kinds" "$@"; }
    value() { tr -d '\\r' < /tmp/headers | sed -n "s/^$1: //Ip"; }
    ask -I "$1/$3" > /tmp/headers; value docker-content-digest
    ask -D /tmp/headers -o /tmp/manifest "$1/$2"
    ask -X PUT -H "Content-Type: $(value content-type)" --data-binary @/tmp/manifest "$1/$3"`
  return (await sample.exec(['sh', '-c', script, 'sh', url, source, tag])).stdout.trim()
}
const runningImages = () => docker('ps', '--format', '{{.Names}} {{.Image}} {{.State}}')

describe('an upgrade', { timeout: 5 * minute }, () => {
  it('to a good patch changes the pins and nothing else, and keeps every row', async () => {
    const [rows, compose, env] = [await readUserRows(sample), await composeFile(), await envFile()]
    await say(`seq -f 'line %g' 1 1500; echo key ${Object.values(parseApiKeys(env))[0]}`)
    const { plan, operationId } = await startUpgrade(app, '0.10.1', { acknowledgeJump: false })
    expect(plan).toMatchObject({ relation: 'patch', weakenings: [], blockers: [], fromVersion: '0.10.0' })
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', canRollBack: true, backupId: operationId, error: null })
    expect(record.steps.map(({ status }) => status)).toEqual(record.steps.map(() => 'done'))
    expect(await readUserRows(sample)).toBe(rows)
    expect(await envFile()).toBe(env)
    // All versions but the one in a comment.
    expect(await composeFile()).toBe(compose.replaceAll(':0.10.0', ':0.10.1'))
    expect((await runningImages()).split('\n').every((line) => line.includes(':0.10.1 running'))).toBe(true)
  })

  it('runs the commands that its plan has shown, to bring up each service', async () => {
    const [latest] = (await app.operations.history(app.ref)).operations
    const { steps } = await app.operations.record(app.ref, latest?.id ?? '')
    expect(steps.filter(({ commands }) => commands.length === 0)).toEqual([])
    const shown = steps.flatMap(({ commands }) => commands).filter((line) => / up /.test(line))
    const run = ran
      .map((line) =>
        line.replace(/^\S+docker compose .* -p (\S+) --project-directory \S+ -f \S+\//, 'docker compose -p $1 -f '),
      )
      .filter((line) => / up /.test(line))
    expect(shown.map((line) => line.replace(`cd ${directory} && `, ''))).toEqual(run)
  })

  it('keeps what each old container said last, without a secret', async () => {
    const [latest] = (await app.operations.history(app.ref)).operations
    const record = await app.operations.record(app.ref, latest?.id ?? '')
    const kept = record.attachments.filter(({ title }) => title.includes('before it was replaced'))
    expect(kept).toHaveLength(record.steps.filter(({ kind }) => kind === 'service').length)
    const { text } = await app.operations.attachment(app.ref, record.id, kept[0]?.name ?? '')
    const lines = text.split('\n')
    expect(lines).toEqual(expect.arrayContaining(Array.from({ length: 1500 }, (_, index) => `line ${index + 1}`)))
    const key = Object.values(parseApiKeys(await envFile()))[0]
    expect(lines.find((line) => line.startsWith('key '))).not.toContain(key)
  })

  it('leaves a stack that a plain `docker compose up -d` finds up to date', async () => {
    const ids = await containerIds()
    await sample.exec(`cd ${directory} && docker compose up -d`, { user: 'deploy' })
    expect(await containerIds()).toBe(ids)
  })

  it('leaves no lock, no container and no temporary file behind', async () => {
    const found = await sample.exec(['find', `${directory}`, '-newermt', '-1 day', '-not', '-path', '*/operations/*'])
    expect(found.stdout).not.toMatch(/lock|partial|\.tmp|write-check/)
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=slipway.operation')).toBe('')
    expect(await app.operations.lock(app.ref)).toBeNull()
  })

  it('keeps its records from git and from strangers', async () => {
    expect(await sample.readFile(`${directory}/.slipway/.gitignore`)).toBe('*\n')
    const modes = await sample.exec(
      `find ${directory}/.slipway -not -path '*/rollback-point/files/*' -printf '%m\\n' | sort -u`,
    )
    expect(
      modes.stdout
        .trim()
        .split('\n')
        .every((mode) => /^[0-7]+0$/.test(mode)),
    ).toBe(true)
  })

  it('keeps no secret in what it records', async () => {
    const keys = Object.values(parseApiKeys(await envFile()))
    for (const key of keys) {
      const found = await sample.exec(
        ['grep', '-rlF', '--exclude-dir=rollback-point', '--exclude-dir=files', key, `${directory}/.slipway`],
        {
          allowFailure: true,
        },
      )
      expect(found.stdout.replaceAll(/.*\.db\n/g, '')).toBe('')
    }
  })

  it('is taken back by hand, files byte for byte', async () => {
    const rows = await readUserRows(sample)
    const { operations } = await app.operations.history(app.ref)
    const plan = await app.operations.planRollback(app.ref, operations[0]?.id ?? '', {
      restoreData: false,
      skipBackup: null,
    })
    expect(plan).toMatchObject({ kind: 'rollback', toVersion: '0.10.0', blockers: [], rollbackOf: operations[0]?.id })
    const { operationId } = await app.operations.run(app.ref, plan.id)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', dataRestored: false })
    expect(await composeFile()).not.toContain('0.10.1')
    expect(await readUserRows(sample)).toBe(rows)
  })

  // What other versions do wrong is told by their upgrades in `e2e/upgrade.spec.ts`.
  it('to a version that fails in the middle of its migration ends with the old one, and its data', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const { operationId } = await startUpgrade(app, '0.11.2', onlyErrors)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', dataRestored: true })
    const failed = record.steps.filter(({ status }) => status === 'failed').map(({ id }) => id)
    expect(failed).toContain('service:error-tracker')
    expect(record.steps.find(({ id }) => id === 'rollback:service:error-tracker')).toMatchObject({ status: 'done' })
    expect(record.steps.find(({ id }) => id === 'rollback:smoke-test')).toMatchObject({ status: 'done' })
    expect(await composeFile()).toBe(compose)
    expect(await readUserRows(sample)).toBe(rows)
    expect(await docker('ps', '--format', '{{.Image}}', '--filter', 'name=error-tracker')).toContain(':0.10.0')
  })

  it("keeps the failed container's last words with the record", async () => {
    const [latest] = (await app.operations.history(app.ref)).operations.filter(
      ({ toVersion }) => toVersion === '0.11.2',
    )
    const record = await app.operations.record(app.ref, latest?.id ?? '')
    const texts = await Promise.all(
      record.attachments.map(({ name }) => app.operations.attachment(app.ref, record.id, name)),
    )
    expect(texts.some(({ text }) => /migration 4 failed/.test(text))).toBe(true)
    expect(texts.some(({ text }) => /^health /m.test(text))).toBe(true)
  })

  it('to a good minor migrates, says so, and is taken back with its data', async () => {
    const rows = await readUserRows(sample)
    const { plan, operationId } = await startUpgrade(app, '0.11.0', onlyErrors)
    expect(plan.dataOnRollback).toContain('restores the backup made in step 2')
    const record = await waitForEnd(app, operationId)
    expect(record.outcome).toBe('succeeded')
    const service = record.steps.find(({ id }) => id === 'service:error-tracker')
    expect(service?.evidence).toContainEqual(expect.objectContaining({ detail: 'Version 3 → 4.' }))
    expect(await readUserRows(sample)).not.toBe(rows)

    const back = await app.operations.planRollback(app.ref, operationId, { restoreData: true, skipBackup: null })
    expect(back).toMatchObject({ blockers: [], weakenings: [], relation: 'downgrade' })
    const returned = await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
    expect(returned).toMatchObject({ outcome: 'succeeded', dataRestored: true })
    expect(await readUserRows(sample)).toBe(rows)

    const { replaced } = await app.operations.replaced(app.ref)
    const kept = replaced.find((one) => one.operationId === back.id)
    const { name = '' } = kept ?? {}
    expect(kept).toMatchObject({ kind: 'sqlite', name: expect.stringContaining(`.slipway-replaced-${back.id}`) })
    expect((await app.operations.measureReplaced(app.ref, back.id, name)).bytes).toBeGreaterThan(4096)
    const deletion = await app.operations.planDeletion(app.ref, back.id, name)
    await app.operations.run(app.ref, deletion.id)
    expect(await waitForEnd(app, deletion.id)).toMatchObject({ outcome: 'succeeded', deletes: name })
    const folder = posix.dirname(databasePath('error-tracker'))
    expect((await sample.exec(['ls', folder])).stdout).not.toContain(posix.basename(name))
    expect(await readUserRows(sample)).toBe(rows)
  })

  it('passes a failed check over only when a person said so, and calls it by its name', async () => {
    const continueUnhealthy = { reason: 'Reporting is broken anyway.' }
    const { plan, operationId } = await startUpgrade(app, '0.11.4', { ...onlyErrors, continueUnhealthy })
    expect(plan.weakenings.join()).toContain(continueUnhealthy.reason)
    const record = await waitForEnd(app, operationId)
    expect(record.outcome).toBe('succeeded-unhealthy')
    expect(record.steps.find(({ id }) => id === 'smoke-test')?.status).toBe('failed')
    const back = await app.operations.planRollback(app.ref, operationId, { restoreData: true, skipBackup: null })
    await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
  })

  it('that is cancelled while it pulls has changed nothing', async () => {
    const [compose, ids] = [await composeFile(), await containerIds()]
    await sample.exec('docker images --format "{{.Repository}}:{{.Tag}}" | grep 0.12.0 | xargs -r docker rmi')
    await sample.slowRegistry(20_000)
    try {
      const { operationId } = await startUpgrade(app, '0.12.0-rc.1', onlyErrors)
      await waitForStep(app, operationId, 'pull', 'running')
      await app.operations.cancel(app.ref, operationId)
      expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'stopped', error: null })
    } finally {
      await sample.slowRegistry(0)
    }
    expect([await composeFile(), await containerIds()]).toEqual([compose, ids])
  })

  it('that fails in the middle of its pull leaves every tag where it was, also one that was published anew', async () => {
    const services = ['error-tracker', 'log-viewer']
    const ids = () =>
      docker('image', 'inspect', '--format', '{{.Id}}', ...services.map((name) => imageOf(name, '0.10.0')))
    const [before, containers] = [await ids(), await containerIds()]
    // The first image is on the host already, the second is not.
    await docker('pull', imageOf('error-tracker', '0.10.1'))
    const published = [
      await publishAs('error-tracker', '0.10.1', '0.10.0'),
      await publishAs('log-viewer', '0.9.0', '0.10.0'),
    ]
    try {
      const options = { ...plainOptions, services, acknowledgeJump: true }
      const plan = await app.operations.planUpgrade(app.ref, '0.10.0', options)
      expect(plan.changes.map(({ service }) => service)).toEqual(services)
      await sample.failRegistry(503)
      const { operationId } = await app.operations.run(app.ref, plan.id)
      const record = await waitForEnd(app, operationId)
      expect(record).toMatchObject({ outcome: 'stopped', error: { code: 'registry.unreachable' } })
    } finally {
      await sample.failRegistry(0)
      await publishAs('error-tracker', published[0] ?? '', '0.10.0')
      await publishAs('log-viewer', published[1] ?? '', '0.10.0')
    }
    expect(await ids()).toBe(before)
    await sample.exec(`cd ${directory} && docker compose up -d`, { user: 'deploy' })
    expect(await containerIds()).toBe(containers)
  })

  it('to a tag that was published anew runs its new image, and returns to the old one', async () => {
    const old = await publishAs('error-tracker', '0.10.1', '0.10.0')
    const running = () => docker('inspect', '--format', '{{.Image}}', `${SAMPLE.project}-error-tracker-1`)
    const before = await running()
    try {
      const { operationId, plan } = await startUpgrade(app, '0.10.0', onlyErrors)
      expect(plan.edits).toEqual([])
      expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded' })
      expect(await running()).not.toBe(before)
      const back = await app.operations.planRollback(app.ref, operationId, { restoreData: false, skipBackup: null })
      const returned = await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
      expect(returned).toMatchObject({ outcome: 'succeeded' })
      expect(await running()).toBe(before)
    } finally {
      await publishAs('error-tracker', old, '0.10.0')
    }
  })

  it('that is cancelled at the gate is rolled back', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const { operationId } = await startUpgrade(app, '0.11.1', onlyErrors)
    await waitForStep(app, operationId, 'service:error-tracker', 'running')
    await app.operations.cancel(app.ref, operationId)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', error: null })
    expect(record.reason).toContain('Cancelled')
    expect([await readUserRows(sample), await composeFile()]).toEqual([rows, compose])
  })

  it('whose first service crashes while the next has its turn is rolled back, though the engine has brought it back', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const { operationId } = await startUpgrade(app, '0.10.1', { services: ['error-tracker', 'log-viewer'] })
    await waitForStep(app, operationId, 'service:log-viewer', 'running')
    await sample.exec(`kill -9 $(docker inspect -f '{{.State.Pid}}' ${SAMPLE.project}-error-tracker-1)`)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', error: { code: 'gate.failed' } })
    expect(record.reason).toMatch(/^At the end, error-tracker .* crashed and was restarted/)
    expect(record.steps.find(({ id }) => id === 'service:error-tracker')?.error).toBeNull()
    expect(record.steps.find(({ id }) => id === 'commit')?.evidence).not.toEqual([])
    expect([await readUserRows(sample), await composeFile()]).toEqual([rows, compose])
  })

  it("that is rolled back keeps a person's edits of the files, and takes back only the version", async () => {
    const compose = await composeFile()
    const { operationId } = await startUpgrade(app, '0.11.1', onlyErrors)
    await waitForStep(app, operationId, 'service:error-tracker', 'running')
    await sample.exec(`printf '# by hand\\n' >> ${directory}/docker-compose.yml`)
    await app.operations.cancel(app.ref, operationId)
    const record = await waitForEnd(app, operationId)
    expect(record.outcome).toBe('rolled-back')
    expect(await composeFile()).toBe(`${compose}# by hand\n`)
    const entries = await app.operations.journal(app.ref, operationId)
    expect(entries.some(({ message }) => message?.includes('the edit was kept'))).toBe(true)
    await sample.writeFile(`${directory}/docker-compose.yml`, compose)
  })

  it('whose migration fails before the switch never replaces a container, and keeps what the migration said', async () => {
    const migrations = {
      at: 'before-switch' as const,
      service: 'error-tracker',
      // There is nothing to answer it in a container of its own.
      argv: ['--healthcheck'],
      timeoutSeconds: 60,
      schemaVersions: [],
    }
    const [rows, compose, ids] = [await readUserRows(sample), await composeFile(), await containerIds()]
    const alter = (stack: Stack) => ({ ...stack, runbook: { ...stack.runbook, migrations } })
    await using other = startSampleApp(sample, { settleSeconds: 1, alter })
    const { plan, operationId } = await startUpgrade(other, '0.10.1', onlyErrors)
    expect(plan.steps.find(({ id }) => id === 'migrate')?.commands[0]).toMatch(
      /docker compose -p \S+ -f \S+ run --detach --no-deps/,
    )
    const record = await waitForEnd(other, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', error: { code: 'migration.failed' } })
    expect(record.attachments.map(({ name }) => name)).toContain('migration-output.txt')
    expect([await readUserRows(sample), await composeFile()]).toEqual([rows, compose])
    expect(await containerIds()).toBe(ids)
  })

  it('without pulling uses what is on the host, and says so', async () => {
    await sample.failRegistry(503)
    try {
      const { plan, operationId } = await startUpgrade(app, '0.10.1', { ...onlyErrors, skipPull: true })
      expect(plan.weakenings).toEqual([expect.stringContaining('Nothing is pulled')])
      expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded', weakenings: plan.weakenings })
    } finally {
      await sample.failRegistry(0)
    }
  })

  it('without a backup needs a reason, which is kept', async () => {
    const skipBackup = { reason: 'Backed up by hand a minute ago.' }
    const { operationId } = await startUpgrade(app, '0.10.0', { ...onlyErrors, skipBackup })
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', backupId: null })
    expect(record.weakenings.join()).toContain(skipBackup.reason)
    expect(record.steps.find(({ id }) => id === 'backup')?.status).toBe('skipped')
  })

  it('keeps three rollback points with their images, and no more', async () => {
    const points = await sample.exec(`ls -d ${directory}/.slipway/operations/*/rollback-point`)
    expect(points.stdout.trim().split('\n')).toHaveLength(3)
    const tags = await docker('images', '--format', '{{.Tag}}', '--filter', 'reference=slipway-rollback/*/*')
    expect(new Set(tags.split('\n')).size).toBe(3)
  })
})

describe('an upgrade of services that number their versions apart', { timeout: 5 * minute }, () => {
  it('takes each to its own version and leaves the others alone', async () => {
    const compose = await composeFile()
    const target = { 'error-tracker': '0.10.1', 'log-viewer': '0.11.0' }
    const plan = await app.operations.planUpgrade(app.ref, target, { ...plainOptions, acknowledgeJump: true })
    expect(plan).toMatchObject({ fromVersion: '0.10.0', toVersion: '0.10.1, 0.11.0', relation: 'minor', blockers: [] })
    const { operationId } = await app.operations.run(app.ref, plan.id)
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded', toVersion: '0.10.1, 0.11.0' })
    expect(await composeFile()).toBe(
      compose.replace('error-tracker:0.10.0', 'error-tracker:0.10.1').replace('log-viewer:0.10.0', 'log-viewer:0.11.0'),
    )
    const images = (await runningImages()).split('\n').map((line) => line.split('/').at(-1))
    expect(images.sort()).toEqual([
      'browser-relay:0.10.0 running',
      'error-tracker:0.10.1 running',
      'log-viewer:0.11.0 running',
      'metrics-collector:0.10.0 running',
    ])
  })
})
