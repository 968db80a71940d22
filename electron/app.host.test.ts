import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { SAMPLE } from '../e2e/sample-stack.ts'
import type { HostTargetInput, HostView } from '../shared/contract/hosts.ts'
import type { App } from './app.ts'
import { type SampleClient, startSampleApp } from './sample-app.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'app-'))
let sample: SampleHost
let app: App
let client: SampleClient

async function start(): Promise<void> {
  ;({ app, client } = await startSampleApp(dataFolder))
}

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  await start()
})
afterAll(async () => {
  await app?.dispose()
  await sample?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})

function target(): HostTargetInput {
  return {
    kind: 'ssh',
    hostname: sample.sshHost,
    port: sample.sshPort,
    user: sample.user,
    auth: { agent: 'none', keyFiles: [sample.privateKeyPath], password: false },
  }
}

/** Enough for a busy machine; what was seen last is told when it is not. */
const WAIT_MS = 60_000

/** The first picture of live data that fits. */
async function until<T>(
  watch: (options: { signal: AbortSignal }) => Promise<AsyncIterable<T>>,
  fits: (value: T) => boolean,
): Promise<T> {
  let last: T | undefined
  for await (const value of await watch({ signal: AbortSignal.timeout(WAIT_MS) })) {
    last = value
    if (fits(value)) return value
  }
  throw new Error(`What was waited for did not come. Last seen: ${JSON.stringify(last)}`)
}

const firstHost = (fits: (host: HostView) => boolean) =>
  until(
    (options) => client.host.watchAll(undefined, options),
    ([host]) => host !== undefined && fits(host),
  ).then(([host]) => host as HostView)

async function sshSessions(): Promise<number> {
  const { stdout } = await sample.exec(['pgrep', '-c', '-u', sample.user, 'sshd'], { allowFailure: true })
  return Number(stdout.trim())
}

test('a host is added, its key asked about once, and its stack found healthy', async () => {
  const { id } = await client.host.add({ label: 'sample', target: target() })
  await client.host.connect({ hostId: id })
  const asking = await firstHost(({ status }) => status.kind === 'question')
  const question = asking.status.kind === 'question' ? asking.status.question : null
  expect(question).toMatchObject({ kind: 'host-key', fingerprint: expect.stringMatching(/^SHA256:/) })
  await client.host.answer({ hostId: id, questionId: question?.id ?? '', answer: { kind: 'host-key', accept: true } })
  const ready = await firstHost(({ engine }) => engine.kind === 'ready')
  expect(ready).toMatchObject({ status: { kind: 'connected' }, facts: { user: sample.user } })
  const { stacks } = await until(
    (options) => client.stack.watchAll({ hostId: id }, options),
    (view) => view.stacks[0]?.health === 'healthy' || view.error !== null,
  )
  expect(stacks).toMatchObject([
    { name: SAMPLE.project, version: '0.10.0', health: 'healthy', runbook: { id: SAMPLE.project } },
  ])
})

test('after a new start the host and its key are remembered, and it is connected by itself', async () => {
  await app.dispose()
  await start()
  const connected = await firstHost(({ status }) => status.kind !== 'idle' && status.kind !== 'connecting')
  expect(connected.status.kind).toBe('connected')
})

test('the registry of the host says what may be upgraded to', async () => {
  const [host] = await until(
    (options) => client.host.watchAll(undefined, options),
    ([first]) => first?.engine.kind === 'ready',
  )
  const versions = await client.stack.versions({ hostId: host?.id ?? '', project: SAMPLE.project })
  expect(versions).toMatchObject({ kind: 'checked', current: '0.10.0' })
})

test('ending the app leaves no session on the host and no secret in its log', async () => {
  expect(await sshSessions()).toBeGreaterThan(0)
  await app.dispose()
  await app.dispose()
  await expect.poll(sshSessions, { timeout: 10_000 }).toBe(0)
  const log = readFileSync(join(dataFolder, 'logs', 'app.log'), 'utf8')
  expect(log).not.toContain('PRIVATE KEY')
  expect(log).not.toContain(sample.password)
  expect(log).toBe('')
})

test('a host that is removed while its stack is watched is gone at once, with its connection', async () => {
  await start()
  const { id: hostId } = await firstHost(({ engine }) => engine.kind === 'ready')
  await until(
    (options) => client.stack.watchAll({ hostId }, options),
    (view) => view.stacks[0]?.health === 'healthy',
  )
  await client.host.remove({ hostId })
  const hosts = await until(
    (options) => client.host.watchAll(undefined, options),
    () => true,
  )
  expect(hosts).toEqual([])
  await expect.poll(sshSessions, { timeout: 10_000 }).toBe(0)
  await app.dispose()
  expect(readFileSync(join(dataFolder, 'logs', 'app.log'), 'utf8')).toBe('')
})
