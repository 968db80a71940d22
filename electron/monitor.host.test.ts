import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import type { FleetStack, Incident, Notice, Observed, StackMetrics } from '../shared/contract/monitor.ts'
import type { StackRef } from '../shared/contract/stacks.ts'
import type { App } from './app.ts'
import { connectSampleHost as connectDirectly } from './docker/sample-connection.ts'
import { layOut } from './operations/layout.ts'
import { StackLock } from './operations/lock.ts'
import { makeLayout } from './operations/operation-files.ts'
import { connectSampleHost, type SampleClient, startSampleApp } from './sample-app.ts'

const HOUR_MS = 3_600_000
const WAIT = { timeout: 60_000, interval: 300 }
const PASSWORD = 'correct-horse-battery'
const directory = '/home/deploy/watched'

/** Says how it is as the file tells it to, and tells its log a secret. */
const SERVER = `
const { readFileSync } = require('node:fs')
require('node:http').createServer((request, response) => {
  const mode = readFileSync('/state/mode', 'utf8').trim()
  console.log(JSON.stringify({ level: 30, msg: 'asked while ' + mode, password: process.env.APP_PASSWORD }))
  const body = JSON.stringify({ status: mode === 'degraded' ? 'degraded' : 'ok', password: process.env.APP_PASSWORD })
  setTimeout(() => response.end(body), mode === 'slow' ? 700 : 0)
}).listen(3000)
`
const COMPOSE = `
services:
  web:
    image: localhost:5000/acme/api:1.0.0
    entrypoint: ["node", "/state/server.js"]
    stop_signal: SIGKILL
    environment: { APP_PASSWORD: ${PASSWORD} }
    volumes: ["./state:/state:ro"]
`
const RUNBOOK = `
slipway: 1
id: watched
name: Watched
match: { images: ['**/acme/api'] }
services: [{ name: web }]
gate: { timeoutSeconds: 60, settleSeconds: 5 }
probes:
  - id: status
    title: Status
    intervalSeconds: 1
    http: { service: web, port: 3000, path: /status }
    healthy: { json: [{ path: status, equals: ok }] }
    degraded: { json: [{ path: status, equals: degraded }] }
`

/** Both clocks as a test sets them. */
const shift = { wallMs: 0, monotonicMs: 0 }
const clock = {
  wallMs: () => Date.now() + shift.wallMs,
  monotonicMs: () => performance.now() + shift.monotonicMs,
}

const dataFolder = mkdtempSync(join(tmpdir(), 'monitor-'))
let sample: SampleHost
let app: App
let client: SampleClient
let ref: StackRef
const told: Notice[] = []

async function start(): Promise<void> {
  ;({ app, client } = await startSampleApp(dataFolder, {
    monitor: {
      clock,
      intervalMs: 4_000,
      usageIntervalMs: 2_000,
      limits: { looks: 2, badMs: 1_000, goodMs: 3_000, sameMs: 0 },
    },
  }))
  app.news.subscribe((notice) => told.push(notice))
}

const compose = (...argv: string[]) => sample.exec(['docker', 'compose', '--project-directory', directory, ...argv])
const setMode = (mode: string) => sample.writeFile(`${directory}/state/mode`, mode)
const stack = (): FleetStack | undefined => app.monitor.fleet()[0]?.stacks[0]
const untilState = (state: Observed) => expect.poll(() => stack()?.state, WAIT).toBe(state)
/** Healthy without a break for so long. */
const untilSeenFor = (forMs: number) =>
  expect
    .poll(async () => (await metrics()).segments.at(-1), WAIT)
    .toSatisfy((last) => last?.state === 'healthy' && spanOf(last) >= forMs)
const untilTold = (kind: Notice['kind'], count = 1) =>
  expect.poll(() => told.filter((notice) => notice.kind === kind).length, WAIT).toBe(count)
const metrics = (): Promise<StackMetrics> => client.monitor.metrics({ ...ref, range: '24h' })
const newest = async (): Promise<Incident> => {
  const [incident] = await client.monitor.incidents(ref)
  if (incident === undefined) throw new Error('There is no incident.')
  return client.monitor.incident({ id: incident.id })
}

beforeAll(async () => {
  sample = await startSampleHost()
  await sample.exec(['mkdir', '-p', `${directory}/state`], { user: 'deploy' })
  await sample.writeFile(`${directory}/docker-compose.yml`, COMPOSE)
  await sample.writeFile(`${directory}/state/server.js`, SERVER)
  await setMode('ok')
  await compose('up', '--detach')
  mkdirSync(join(dataFolder, 'runbooks'))
  writeFileSync(join(dataFolder, 'runbooks', 'watched.yaml'), RUNBOOK)
  await start()
  ref = { ...(await connectSampleHost(client, sample)), project: 'watched' }
})

afterAll(async () => {
  await app?.dispose()
  await sample?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})

test('a stack is watched though no page is open', async () => {
  await untilState('healthy')
  expect(app.monitor.worst).toBe('healthy')
  await expect
    .poll(async () => (await metrics()).series.map(({ id }) => id), WAIT)
    .toEqual(expect.arrayContaining(['response', 'cpu', 'memory', 'network-in', 'restarts', 'disk-free']))
  const { disk, uptime } = await metrics()
  expect(disk?.freeBytes).toBeGreaterThan(0)
  expect(uptime.find(({ range }) => range === '24h')).toMatchObject({ up: 1, observed: expect.any(Number) })
  expect(told).toEqual([])
})

describe('a stack that is not well', () => {
  test('is told down when it is stopped, with the evidence and what its log said, and recovered when it is back', async () => {
    await compose('stop', 'web')
    await untilTold('down')
    expect(stack()).toMatchObject({ state: 'down', openIncident: expect.any(String) })
    expect(app.monitor.worst).toBe('down')
    await expect.poll(async () => (await newest()).logs, WAIT).toHaveLength(1)
    const open = await newest()
    expect(open).toMatchObject({ worst: 'down', end: null, service: 'web', reason: expect.stringMatching(/ended/) })
    expect(open.evidence.map(({ title }) => title)).toEqual(expect.arrayContaining(['web', 'watched-web-1']))
    expect(open.logs[0]).toMatchObject({ service: 'web', text: expect.stringContaining('asked while ok') })
    expect(JSON.stringify(open)).not.toContain(PASSWORD)
    expect(told[0]).toMatchObject({ kind: 'down', ref, incidentId: open.id, title: 'watched is down' })

    await compose('start', 'web')
    await untilTold('recovered')
    const closed = await newest()
    expect(closed).toMatchObject({ id: open.id, state: 'healthy', worst: 'down', end: expect.any(String) })
    expect(Date.parse(closed.end ?? '')).toBeGreaterThan(Date.parse(closed.begin))
  })

  test('is told degraded when it says so itself', async () => {
    await setMode('degraded')
    await untilTold('degraded')
    const open = await newest()
    expect(open).toMatchObject({ worst: 'degraded', end: null, service: 'web' })
    expect(open.evidence.find(({ title }) => title === 'Status')?.text).toMatch(/GET http.*\/status[\s\S]*"degraded"/)
    expect(JSON.stringify(open)).not.toContain(PASSWORD)
    await setMode('ok')
    await untilTold('recovered', 2)
  })

  test('is seen to be slow, and is not told to be bad for that', async () => {
    const before = told.length
    await setMode('slow')
    const slowest = async () => {
      const { series } = await metrics()
      const line = series.find(({ id, label }) => id === 'response' && label === 'p95')
      return Math.max(0, ...(line?.values.filter((value) => value !== null) ?? []))
    }
    await expect.poll(slowest, WAIT).toBeGreaterThanOrEqual(700)
    await setMode('ok')
    expect(told.slice(before)).toEqual([])
  })

  test('has been so on the timeline, and its uptime says it', async () => {
    const { segments, uptime, marks } = await metrics()
    const states = segments.map(({ state }) => state)
    expect(states[0]).toBe('unobserved')
    expect(states.lastIndexOf('healthy')).toBeGreaterThan(states.indexOf('degraded', states.indexOf('down')))
    expect(states).toEqual(expect.arrayContaining(['down', 'degraded', 'healthy']))
    const day = uptime.find(({ range }) => range === '24h')
    expect(day?.up).toBeGreaterThan(0)
    expect(day?.up).toBeLessThan(1)
    expect(day?.observed).toBeLessThan(0.1)
    expect(marks.filter(({ kind }) => kind === 'incident')).toHaveLength(2)
    expect(marks.filter(({ kind }) => kind === 'restart').length).toBeGreaterThan(0)
  })
})

test('an upgrade is maintenance: nothing is told, and no downtime is counted', async () => {
  const before = told.length
  const incidents = (await client.monitor.incidents(ref)).length
  const illBefore = illSeconds(await metrics())
  const options = { acknowledgeJump: true, skipBackup: { reason: 'It has no data.' } }
  const plan = await client.upgrade.plan({ ...ref, version: '1.0.1', options })
  const { operationId } = await client.upgrade.run({ ...ref, planId: plan.id })
  await untilState('maintenance')
  await untilState('healthy')
  const record = await client.history.get({ ...ref, operationId })
  expect(record.outcome).toBe('succeeded')
  const after = await metrics()
  expect(after.segments.map(({ state }) => state)).toContain('maintenance')
  expect(illSeconds(after)).toEqual(illBefore)
  expect(after.marks).toContainEqual(expect.objectContaining({ kind: 'operation', id: operationId }))
  expect(told.slice(before)).toEqual([])
  expect(await client.monitor.incidents(ref)).toHaveLength(incidents)
})

test('what another app does to it is maintenance from its first moment on', async () => {
  const before = told.length
  const illBefore = illSeconds(await metrics())
  const host = connectDirectly(sample)
  onTestFinished(() => host.dispose())
  await host.connect()
  const slipway = `${directory}/.slipway`
  await makeLayout(host, layOut(slipway))
  const owner = { user: 'ben', machine: 'elsewhere', instance: 'theirs' }
  await using lock = await StackLock.acquire(host, slipway, {
    owner,
    operationId: 'theirs',
    kind: 'upgrade',
    step: 'lock',
  })
  // No event of the engine goes with it.
  await setMode('degraded')
  await untilState('maintenance')
  await setMode('ok')
  await lock.release()
  await expect.poll(() => client.stack.refresh(ref).then(() => stack()?.state), WAIT).toBe('healthy')
  expect(illSeconds(await metrics())).toEqual(illBefore)
  expect(told.slice(before)).toEqual([])
})

describe.each([
  ['the clock is set forward by an hour', { wallMs: HOUR_MS, monotonicMs: 0 }],
  ['the computer sleeps for an hour', { wallMs: HOUR_MS, monotonicMs: HOUR_MS }],
])('when %s', (_name, jump) => {
  test('that hour is not observed, neither down nor up', async () => {
    await untilSeenFor(5_000)
    const [before, tellings] = [await metrics(), told.length]
    shift.wallMs += jump.wallMs
    shift.monotonicMs += jump.monotonicMs
    app.monitor.tick()
    await expect
      .poll(() => stack()?.since, WAIT)
      .toSatisfy((since) => Date.parse(String(since)) > clock.wallMs() - HOUR_MS / 2)
    await untilState('healthy')
    const after = await metrics()
    expect(hoursNotObserved(after)).toBe(hoursNotObserved(before) + 1)
    expect(downMs(after)).toBe(downMs(before))
    expect(told.length).toBe(tellings)
  })
})

test('after a new start everything is remembered, and the time between is not observed', async () => {
  const before = await metrics()
  const incidents = await client.monitor.incidents(ref)
  await app.dispose()
  await start()
  await untilState('healthy')
  expect(await client.monitor.incidents(ref)).toEqual(incidents)
  expect(downMs(await metrics())).toBe(downMs(before))
  expect(await client.notice.list({})).toHaveLength(told.length)
})

test('one that is switched off is watched no more', async () => {
  await client.monitor.setEnabled({ ...ref, enabled: false })
  expect(stack()).toMatchObject({ state: 'unobserved', reason: expect.stringContaining('switched off') })
  await client.monitor.setEnabled({ ...ref, enabled: true })
  await untilState('healthy')
})

function spanOf(stretch: { readonly from: string; readonly to: string } | undefined): number {
  return stretch === undefined ? 0 : Date.parse(stretch.to) - Date.parse(stretch.from)
}

/** Stretches of about an hour in which nobody looked. */
function hoursNotObserved({ segments }: StackMetrics): number {
  return segments.filter((one) => one.state === 'unobserved' && Math.abs(spanOf(one) - HOUR_MS) < HOUR_MS / 30).length
}

function secondsOf({ segments }: StackMetrics, state: Observed): number {
  return segments.filter((one) => one.state === state).reduce((sum, one) => sum + spanOf(one), 0) / 1000
}

function illSeconds(of: StackMetrics): readonly number[] {
  return [secondsOf(of, 'down'), secondsOf(of, 'degraded')]
}

function downMs(of: StackMetrics): number {
  return secondsOf(of, 'down') * 1000
}
