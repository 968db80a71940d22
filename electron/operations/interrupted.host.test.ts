import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import {
  ageLock,
  type SampleApp,
  startSampleApp,
  startSeededHost,
  startUpgrade,
  waitForEnd,
  waitForStep,
} from './sample-operations.ts'
import { readUserRows } from './sample-rows.ts'

const minute = 60_000
const directory = SAMPLE.directory
const sofa = { user: 'bob', machine: 'sofa', instance: '1-feedbeef' }
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSeededHost()
  app = startSampleApp(sample, { settleSeconds: 2 })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const composeFile = () => sample.readFile(`${directory}/docker-compose.yml`)
const errorImage = async () =>
  (await sample.exec(['docker', 'ps', '--format', '{{.Image}}', '--filter', 'name=error-tracker'])).stdout.trim()

/** Upgrades in a process of its own, which is killed at a step. Resolves with the operation's id. */
async function upgradeAndDie(version: string, stepId: string, status: string, ...runbooks: string[]): Promise<string> {
  const script = fileURLToPath(new URL('sample-killed-app.ts', import.meta.url))
  const argv = [script, sample.name, SAMPLE.project, 'error-tracker', version, stepId, status, ...runbooks]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
  expect({ signal, stderr }).toMatchObject({ signal: 'SIGKILL' })
  return stdout.trim()
}

describe('an app that is killed', { timeout: 5 * minute }, () => {
  it.for([
    ['lock', 'done'],
    ['backup', 'running'],
    ['rollback-point', 'running'],
    ['pull', 'running'],
    ['pin', 'running'],
    ['service:error-tracker', 'running'],
    ['smoke-test', 'running'],
    ['commit', 'running'],
  ] as const)('at the step %s (%s) leaves an operation that can be resumed', async ([stepId, status]) => {
    const from = (await errorImage()).split(':').at(-1) ?? ''
    const target = from === '0.10.0' ? '0.10.1' : '0.10.0'
    const rows = await readUserRows(sample)
    const id = await upgradeAndDie(target, stepId, status)
    await ageLock(sample, directory)
    expect(await app.operations.record(app.ref, id)).toMatchObject({ outcome: 'interrupted', endedAt: null })
    expect(await app.operations.lock(app.ref)).toMatchObject({ operationId: id, stale: true, mine: false })

    await app.operations.resume(app.ref, id, true)
    const record = await waitForEnd(app, id)
    expect(record).toMatchObject({ outcome: 'succeeded', takeovers: [{ by: { user: expect.any(String) } }] })
    expect(await errorImage()).toContain(`:${target}`)
    expect(await readUserRows(sample)).toBe(rows)
    expect(await app.operations.lock(app.ref)).toBeNull()
  })

  it.for([
    ['lock', 'done', 'stopped'],
    ['backup', 'running', 'stopped'],
    ['rollback-point', 'running', 'stopped'],
    ['pull', 'done', 'stopped'],
    ['pin', 'running', 'rolled-back'],
    ['service:error-tracker', 'running', 'rolled-back'],
    ['service:error-tracker', 'done', 'rolled-back'],
    ['smoke-test', 'running', 'rolled-back'],
    ['commit', 'running', 'rolled-back'],
  ] as const)(
    'at the step %s (%s) leaves an operation that can be rolled back: %s',
    async ([stepId, status, outcome]) => {
      const [image, rows, compose] = [await errorImage(), await readUserRows(sample), await composeFile()]
      const id = await upgradeAndDie('0.11.0', stepId, status)
      await ageLock(sample, directory)
      await app.operations.rollBack(app.ref, id, true)
      expect(await waitForEnd(app, id)).toMatchObject({ outcome })
      expect([await errorImage(), await readUserRows(sample), await composeFile()]).toEqual([image, rows, compose])
    },
  )

  it.for(['rollback:restore-files', 'rollback:restore-data', 'rollback:service:error-tracker'])(
    'in the middle of a rollback, at %s, leaves one that goes on rolling back',
    async (stepId) => {
      const [image, rows, compose] = [await errorImage(), await readUserRows(sample), await composeFile()]
      const id = await upgradeAndDie('0.11.2', stepId, 'running')
      // Its process is gone, and is seen to be: that is not believed before some heartbeats are missed.
      await expect(app.operations.resume(app.ref, id, false)).rejects.toMatchObject({ code: 'operation.locked' })
      await ageLock(sample, directory)
      await app.operations.resume(app.ref, id, false)
      expect(await waitForEnd(app, id)).toMatchObject({ outcome: 'rolled-back', dataRestored: true })
      expect([await errorImage(), await readUserRows(sample), await composeFile()]).toEqual([image, rows, compose])
    },
  )

  it.for(['resume', 'rollBack'] as const)(
    'with a runbook that only its computer had is gone on with by it: %s',
    async (way) => {
      const runbooks = mkdtempSync(join(tmpdir(), 'runbooks-'))
      writeFileSync(join(runbooks, 'own.yaml'), `extends: ${SAMPLE.project}\nid: own\nbackup: { keep: 5 }\n`)
      const [image, rows] = [await errorImage(), await readUserRows(sample)]
      const from = image.split(':').at(-1) ?? ''
      const target = from === '0.10.0' ? '0.10.1' : '0.10.0'
      const id = await upgradeAndDie(target, 'service:error-tracker', 'running', runbooks)
      rmSync(runbooks, { recursive: true })
      await ageLock(sample, directory)
      expect(await app.operations.plan(app.ref, id)).toMatchObject({ runbookId: 'own' })
      await app.operations[way](app.ref, id, true)
      expect(await waitForEnd(app, id)).toMatchObject({ outcome: way === 'resume' ? 'succeeded' : 'rolled-back' })
      expect(await errorImage()).toBe(way === 'resume' ? image.replace(from, target) : image)
      expect(await readUserRows(sample)).toBe(rows)
    },
  )

  it('on another laptop is waited for until its heartbeat is stale, and then taken over by one of two', async () => {
    const id = await upgradeAndDie('0.11.0', 'service:error-tracker', 'running')
    await using second = startSampleApp(sample, { owner: sofa, settleSeconds: 2 })
    await using third = startSampleApp(sample, {
      owner: { ...sofa, user: 'eve', instance: '2-feedbeef' },
      settleSeconds: 2,
    })
    const refused = expect.objectContaining({ code: 'operation.locked' })
    await expect(second.operations.rollBack(second.ref, id, true)).rejects.toEqual(refused)
    await expect.poll(async () => (await second.operations.lock(second.ref))?.stale, { timeout: 2 * minute }).toBe(true)
    await expect(second.operations.rollBack(second.ref, id, false)).rejects.toEqual(refused)

    const results = await Promise.allSettled(
      [second, third].map(({ operations, ref }) => operations.rollBack(ref, id, true)),
    )
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = results[0]?.status === 'fulfilled' ? second : third
    const record = await waitForEnd(winner, id)
    expect(record).toMatchObject({ outcome: 'rolled-back', takeovers: [{ by: { machine: 'sofa' } }] })
  })
})

describe('a connection that breaks', { timeout: 5 * minute }, () => {
  it.for(['backup', 'pull', 'service:error-tracker', 'smoke-test'])(
    'at the step %s is waited for, and the upgrade goes on',
    async (stepId) => {
      const from = (await errorImage()).split(':').at(-1) ?? ''
      const target = from === '0.10.0' ? '0.10.1' : '0.10.0'
      const rows = await readUserRows(sample)
      const { operationId } = await startUpgrade(app, target, { services: ['error-tracker'] })
      await waitForStep(app, operationId, stepId, 'running')
      expect(() => app.operations.requireIdle(app.host.id)).toThrow(
        expect.objectContaining({ code: 'operation.blocked' }),
      )
      app.operations.requireIdle('another host')
      await sample.killSshSessions()
      expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded' })
      expect([await errorImage(), await readUserRows(sample)]).toEqual([expect.stringContaining(`:${target}`), rows])
    },
  )
})

describe('two apps on one stack', { timeout: 5 * minute }, () => {
  it('do not work at once: the second is refused with the name of the first', async () => {
    await using second = startSampleApp(sample, { owner: sofa, settleSeconds: 2 })
    const { operationId } = await startUpgrade(app, '0.11.1', { services: ['error-tracker'] })
    const plan = await second.operations.planUpgrade(second.ref, '0.11.0', {
      ...(await app.operations.plan(app.ref, operationId)).options,
    })
    expect(plan.preflight.find(({ id }) => id === 'lock')).toMatchObject({ verdict: 'failed' })
    expect(await second.operations.lock(second.ref)).toMatchObject({ operationId, mine: false, stale: false })
    expect(await second.operations.record(second.ref, operationId)).toMatchObject({ outcome: 'running' })
    await expect(second.operations.rollBack(second.ref, operationId, true)).rejects.toMatchObject({
      code: 'operation.locked',
      details: { machine: expect.any(String), acquiredAt: expect.any(String) },
    })
    await expect(second.operations.cancel(second.ref, operationId)).rejects.toMatchObject({ code: 'operation.blocked' })
    await app.operations.cancel(app.ref, operationId)
    // The second app follows what the first does.
    expect((await waitForEnd(second, operationId)).endedAt).not.toBeNull()
    await waitForEnd(app, operationId).catch(() => undefined)
  })

  it('stop working when the lock is taken from under them', async () => {
    const { operationId } = await startUpgrade(app, '0.11.1', { services: ['error-tracker'] })
    await waitForStep(app, operationId, 'service:error-tracker', 'running')
    await sample.exec(`mv ${directory}/.slipway/lock ${directory}/.slipway/gone`)
    await expect
      .poll(async () => (await app.operations.record(app.ref, operationId)).outcome, { timeout: minute })
      .toBe('interrupted')
    const { entries } = { entries: await app.operations.journal(app.ref, operationId) }
    expect(entries.some(({ type }) => type === 'rollback-started')).toBe(false)
    await sample.exec(`rm -r ${directory}/.slipway/gone`)
    await app.operations.rollBack(app.ref, operationId, true)
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'rolled-back' })
  })

  it('leave the lock where it is when they quit, and the journal says who quit', async () => {
    const second = startSampleApp(sample, { settleSeconds: 2 })
    const { operationId } = await startUpgrade(second, '0.11.0', { services: ['error-tracker'] })
    await waitForStep(second, operationId, 'service:error-tracker', 'running')
    await second[Symbol.asyncDispose]()
    const entries = await app.operations.journal(app.ref, operationId)
    expect(entries.at(-1)).toMatchObject({ type: 'note', message: expect.stringContaining('quit') })
    expect(await app.operations.lock(app.ref)).toMatchObject({ operationId })
    await expect.poll(async () => (await app.operations.lock(app.ref))?.stale, { timeout: minute }).toBe(true)
    await app.operations.rollBack(app.ref, operationId, true)
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'rolled-back' })
  })
})
