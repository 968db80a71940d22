import { spawn } from 'node:child_process'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { ledgerDatasets, ledgerRunbook } from '../../e2e/products/ledger/runbook.ts'
import { askStorage } from '../../e2e/products/ledger/storage.ts'
import { StackLock } from './lock.ts'
import { ageLock, type SampleApp, startSampleApp, startUpgrade, waitForEnd } from './sample-operations.ts'

const minute = 60_000
const directory = '/home/deploy/ledger'
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'] })
  const runbook = ledgerRunbook({
    datasets: Object.values(ledgerDatasets),
    pause: ['web'],
    secrets: ['cache-password'],
  })
  // JSON is YAML: an app in a process of its own finds the runbook too.
  await sample.exec(['sh', '-c', `cat > ${directory}/slipway.yaml`], { input: JSON.stringify(runbook) })
  await web('head -c 1M /dev/urandom > /srv/files/a; echo text > /srv/files/b')
  await askStorage(sample, '-X PUT', '')
  await askStorage(sample, '-X PUT --data-binary before', '/object')
  await redis('SET greeting before')
  app = startSampleApp(sample, { project: 'ledger' })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const web = (script: string) => docker('exec', 'ledger-web-1', 'bash', '-euc', script)
const redis = (command: string) =>
  docker('exec', 'ledger-cache-1', 'sh', '-euc', `REDISCLI_AUTH=$REDIS_PASSWORD redis-cli ${command}`)
const databases = () => docker('exec', 'ledger-db-1', 'psql', '-AtU', 'ledger', '-c', 'SELECT datname FROM pg_database')
const volumes = () => docker('volume', 'ls', '--quiet')
const webImage = () => docker('inspect', '--format', '{{.Image}}', 'ledger-web-1')
const state = (service: string) => docker('inspect', '--format', '{{.State.Status}}', `ledger-${service}-1`)

/** As a restore leaves it on the host. */
async function noteReplaced(
  operationId: string,
  ...replaced: readonly { dataset: string; kind: string; name: string }[]
) {
  const folder = `${directory}/.slipway/operations/${operationId}`
  const text = JSON.stringify(replaced.map((one) => ({ ...one, at: '2020-01-01T00:00:00.000Z' })))
  await app.host.files.makeDirectories(folder)
  await app.host.files.writeAtomic(`${folder}/replaced.json`, text)
}

/** Kills an app of its own as soon as the web service is paused. Resolves with the operation's id. */
async function upgradeAndDieWhilePaused(version: string): Promise<string> {
  const script = fileURLToPath(new URL('sample-killed-app.ts', import.meta.url))
  const argv = [script, sample.name, 'ledger', 'web', version, 'none', 'none']
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const end = new Promise((resolve) => child.on('close', resolve))
  try {
    await expect.poll(() => state('web'), { timeout: minute, interval: 50 }).toBe('paused')
  } finally {
    child.kill('SIGKILL')
    await end
  }
  return stdout.trim()
}

describe('the backup set of an upgrade', { timeout: 5 * minute }, () => {
  it('holds all data sets of one moment, and what belongs to them', async () => {
    const before = { version: '1.0.0', image: await docker('inspect', '--format', '{{.Image}}', 'ledger-web-1') }
    const { operationId, plan } = await startUpgrade(app, '1.0.1')
    expect(plan.downtime).toContain('web is paused')
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'succeeded', backupId: operationId })
    expect(record.steps.find(({ id }) => id === 'backup')?.message).toMatch(/^5 data sets, [\d.]+ MB, each checked\.$/)

    const list = await app.operations.backups(app.ref)
    expect(list).toMatchObject({ incomplete: [], backups: [{ id: operationId, madeBy: 'upgrade', version: '1.0.0' }] })
    const set = await app.operations.backup(app.ref, operationId)
    expect(set.datasets.map(({ id, kind, totals }) => [id, kind, totals])).toEqual([
      ['ledger', 'postgres', { rows: 1 }],
      ['files', 'volume', { files: 2, bytes: 1_048_576 + 5 }],
      ['uploads', 'volume', expect.objectContaining({ files: 1 })],
      ['bucket', 'bucket', { objects: 1, bytes: 6 }],
      ['cache', 'redis', { 'lasting keys': 1 }],
    ])
    expect(set.pins).toContainEqual(
      expect.objectContaining({ service: 'web', version: before.version, imageId: before.image }),
    )
    expect(set.pins.map(({ digest }) => digest)).not.toContain(null)
    expect(set.stoodStill).toEqual(['web'])
    expect(set.keepWith).toMatchObject([{ id: 'cache-password', service: 'cache', variable: 'REDIS_PASSWORD' }])
    expect(set.files.map(({ path }) => path)).toEqual([`${directory}/docker-compose.yml`, `${directory}/.env`])
  })

  it('keeps the files for their owner alone, and no secret anywhere else', async () => {
    const [backup] = (await app.operations.backups(app.ref)).backups
    const { folder, files } = await app.operations.backup(app.ref, backup?.id ?? '')
    for (const { copy, sha256 } of files) {
      expect(await sample.exec(['stat', '-c', '%a %U', `${folder}/${copy}`])).toMatchObject({ stdout: '600 deploy\n' })
      expect((await sample.exec(['sha256sum', `${folder}/${copy}`])).stdout).toContain(sha256)
    }
    const env = files.find(({ path }) => path.endsWith('.env'))
    const kept = await sample.readFile(`${folder}/${env?.copy}`)
    // The version has moved on since; nothing else has.
    const secrets = [...kept.matchAll(/^\w+_PASSWORD=(.+)$/gm)].map(([, value]) => value ?? '')
    expect(secrets).toHaveLength(3)
    for (const secret of secrets) {
      const { stdout } = await sample.exec(['grep', '-rlF', '--', secret, `${directory}/.slipway`])
      const places = stdout
        .trim()
        .split('\n')
        .filter((path) => !/\/files\/\d+-\.env$/.test(path))
      expect(places).toEqual([])
    }
  })

  it('comes back as a whole when the new version fails, and all that ran runs again', async () => {
    const files = await web('md5sum /srv/files/* /srv/uploads/*')
    const { operationId } = await startUpgrade(app, '1.1.1')
    const version = () => docker('inspect', '--format', '{{.Config.Image}} {{.State.Status}}', 'ledger-web-1')
    await expect
      .poll(version, { timeout: 2 * minute, interval: 200 })
      .toBe('localhost:5000/acme/ledger-web:1.1.1 running')
    await askStorage(sample, '-X PUT --data-binary since', '/object')
    await redis('SET greeting since')
    await web('echo since > /srv/files/b; echo since > /srv/uploads/since')
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rolled-back', dataRestored: true })
    expect(record.reason).toContain('The schema of ledger changed from 1 to 2.')
    expect(await askStorage(sample, '', '/object')).toBe('before')
    expect(await redis('GET greeting')).toBe('before')
    expect(await web('md5sum /srv/files/* /srv/uploads/*')).toBe(files)
    const states = await Promise.all(['web', 'db', 'cache', 'storage'].map(state))
    expect(states).toEqual(['running', 'running', 'running', 'running'])
    const kept = `ledger-slipway-old-${operationId.toLowerCase()}`
    expect(await askStorage(sample, '', '/object', kept)).toBe('since')
  })

  it('keeps what it replaced, tells what that is, and deletes it by an operation of its own', async () => {
    const { replaced, error } = await app.operations.replaced(app.ref)
    expect(error).toBeNull()
    expect(replaced.map(({ dataset, kind }) => `${dataset} ${kind}`)).toEqual([
      'ledger postgres',
      'files volume',
      'uploads volume',
      'bucket bucket',
      'cache redis',
    ])
    const names = Object.fromEntries(replaced.map(({ dataset, name }) => [dataset, name]))
    const present = async () => ({
      ledger: (await databases()).includes(names.ledger ?? ''),
      files: (await volumes()).includes(names.files ?? ''),
      uploads: (await sample.exec(['ls', '-a', directory])).stdout.includes(posix.basename(names.uploads ?? '')),
      bucket: await askStorage(sample, '', '/object', names.bucket).then(
        () => true,
        () => false,
      ),
      cache: (await volumes()).includes(names.cache ?? ''),
    })
    const all = { ledger: true, files: true, uploads: true, bucket: true, cache: true }
    expect(await present()).toEqual(all)

    for (const { operationId, dataset, name } of replaced) {
      const { bytes, service } = await app.operations.measureReplaced(app.ref, operationId, name)
      expect(bytes).toBeGreaterThan(0)
      expect(service).toBe({ ledger: 'db', bucket: 'storage', cache: 'cache' }[dataset] ?? 'web')
      const plan = await app.operations.planDeletion(app.ref, operationId, name)
      expect(plan).toMatchObject({ kind: 'deletion', blockers: [], deletes: { operationId, name } })
      expect(plan.steps.at(-1)?.detail).toContain(`Deletes ${name} (`)
      expect(plan.steps.at(-1)?.commands.join('\n')).toContain(name)
      // Showing what would be done does nothing.
      expect((await present())[dataset as keyof typeof all]).toBe(true)
      await app.operations.run(app.ref, plan.id)
      expect(await waitForEnd(app, plan.id)).toMatchObject({
        outcome: 'succeeded',
        deletes: name,
        backupId: null,
        canRollBack: false,
      })
      expect(await present()).toMatchObject({ ...all, [dataset]: false })
      Object.assign(all, { [dataset]: false })
      const left = (await app.operations.replaced(app.ref)).replaced.map((one) => one.name)
      expect(left).not.toContain(name)
      await expect(app.operations.planDeletion(app.ref, operationId, name)).rejects.toMatchObject({
        code: 'backup.not-found',
      })
    }
    const states = await Promise.all(['web', 'db', 'cache', 'storage'].map(state))
    expect(states).toEqual(['running', 'running', 'running', 'running'])
    expect((await app.operations.history(app.ref)).operations[0]).toMatchObject({ kind: 'deletion' })
  })

  it('deletes replaced data under the lock alone, and keeps the note of what it could not delete', async () => {
    const operationId = '20200101T000000Z-upgrade-aaaaaa'
    const volume = `ledger_files_slipway_${operationId}`
    await docker('volume', 'create', volume)
    await noteReplaced(operationId, { dataset: 'files', kind: 'volume', name: volume })
    const mount = ['--volume', `${volume}:/v`]
    const user = await docker('run', '--detach', '--rm', ...mount, '--entrypoint', 'sleep', await webImage(), '600')
    const plan = await app.operations.planDeletion(app.ref, operationId, volume)

    const owner = { user: 'ann', machine: 'desk', instance: '1-a' }
    const request = { owner, operationId: '20261121T061502Z-upgrade-abc123', kind: 'upgrade', step: 'pin' } as const
    const lock = await StackLock.acquire(app.host, `${directory}/.slipway`, request)
    const blocked = await app.operations.planDeletion(app.ref, operationId, volume)
    expect(blocked.blockers).toEqual([expect.stringContaining('ann on desk has been working on this stack')])
    await expect(app.operations.run(app.ref, plan.id)).rejects.toMatchObject({ code: 'operation.locked' })
    await lock.release()

    await app.operations.run(app.ref, plan.id)
    expect(await waitForEnd(app, plan.id)).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringContaining('in use') },
    })
    expect(await volumes()).toContain(volume)
    expect((await app.operations.replaced(app.ref)).replaced).toMatchObject([{ operationId, name: volume }])

    await docker('rm', '--force', user)
    const again = await app.operations.planDeletion(app.ref, operationId, volume)
    await docker('volume', 'rm', volume)
    await app.operations.run(app.ref, again.id)
    expect(await waitForEnd(app, again.id)).toMatchObject({ outcome: 'succeeded' })
    expect((await app.operations.replaced(app.ref)).replaced).toEqual([])
  })

  it('does not leave services standing still when the app is killed meanwhile', async () => {
    await web('head -c 400M /dev/urandom > /srv/files/large')
    const id = await upgradeAndDieWhilePaused('1.0.0')
    expect(await state('web')).toBe('paused')
    await ageLock(sample, directory)
    const complete = (await app.operations.backups(app.ref)).backups.map(({ id }) => ({ id }))
    expect(complete).not.toEqual([])
    expect((await app.operations.backups(app.ref)).incomplete).toEqual([id])
    await app.operations.rollBack(app.ref, id, true)
    expect(await waitForEnd(app, id)).toMatchObject({ outcome: 'stopped' })
    expect(await state('web')).toBe('running')
    // What it had copied until then is gone; the complete sets of others are not.
    expect(await app.operations.backups(app.ref)).toMatchObject({ incomplete: [], backups: complete })

    const other = await upgradeAndDieWhilePaused('1.0.0')
    await web('rm -f /srv/files/large').catch(() => undefined)
    await ageLock(sample, directory)
    // What the commit lets go of: the oldest of four, one of them of a data set that the runbook has no more.
    const named = (year: number) => `${year}0101T000000Z-upgrade-aaaaaa`
    for (const year of [2021, 2022, 2023]) {
      await noteReplaced(named(year), { dataset: 'files', kind: 'volume', name: `ledger_files_slipway_${named(year)}` })
    }
    await noteReplaced(
      named(2020),
      { dataset: 'elsewhere', kind: 'volume', name: `ledger_elsewhere_slipway_${named(2020)}` },
      { dataset: 'files', kind: 'volume', name: `ledger_files_slipway_${named(2020)}` },
    )
    await app.operations.resume(app.ref, other, true)
    expect(await waitForEnd(app, other)).toMatchObject({ outcome: 'succeeded', backupId: other })
    expect(await state('web')).toBe('running')
    await web('rm -f /srv/files/large')

    const messages = (await app.operations.journal(app.ref, other)).map(({ message }) => message)
    expect(messages).toContain(`Replaced data removed: ledger_files_slipway_${named(2020)}.`)
    expect(messages).toContainEqual(expect.stringContaining(`left: ledger_elsewhere_slipway_${named(2020)}`))
    const { replaced } = await app.operations.replaced(app.ref)
    expect(replaced.map(({ operationId, dataset }) => `${operationId.slice(0, 4)} ${dataset}`)).toEqual([
      '2023 files',
      '2022 files',
      '2021 files',
      '2020 elsewhere',
    ])
    const [, , , elsewhere] = replaced
    const looking = app.operations.measureReplaced(app.ref, named(2020), elsewhere?.name ?? '')
    await expect(looking).rejects.toMatchObject({
      code: 'operation.blocked',
      message: expect.stringContaining('names no volume elsewhere any more'),
    })
    expect(await app.operations.measureReplaced(app.ref, named(2021), replaced[2]?.name ?? '')).toEqual({
      bytes: null,
      service: 'web',
    })
    await sample.exec(['sh', '-c', `echo '{' > ${directory}/.slipway/operations/${named(2022)}/replaced.json`])
    const damaged = await app.operations.replaced(app.ref)
    expect(damaged.error).toMatchObject({ code: 'operation.journal-damaged' })
    expect(damaged.replaced).toHaveLength(3)
  })

  it('is no backup when files are gone that were in the one before, and lets everything run again', async () => {
    await web('rm -f /srv/files/*')
    const { operationId, plan } = await startUpgrade(app, '1.0.1', { acceptBackupAlarm: null }).catch((error) => {
      expect(error).toMatchObject({ code: 'operation.blocked' })
      return { operationId: null, plan: null }
    })
    expect([operationId, plan]).toEqual([null, null])
    await web('echo only > /srv/files/one')
    const again = await startUpgrade(app, '1.0.1')
    expect(await waitForEnd(app, again.operationId)).toMatchObject({
      outcome: 'stopped',
      error: { code: 'backup.shrunk' },
    })
    expect(await state('web')).toBe('running')
    expect((await app.operations.backups(app.ref)).backups.map(({ id }) => id)).not.toContain(again.operationId)
  })
})
