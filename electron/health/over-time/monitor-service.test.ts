import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HostStatus } from '../../../shared/contract/hosts.ts'
import type { Observed } from '../../../shared/contract/monitor.ts'
import { SlipwayError, toErrorShape } from '../../../shared/errors.ts'
import type { Host } from '../../hosts/host.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import type { SessionService } from '../../stacks/sessions.ts'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createSettingsStore } from '../../storage/settings.ts'
import { createIncidentStore } from '../../storage/stored-incidents.ts'
import { createSampleStore } from '../../storage/stored-samples.ts'
import { createTimelineStore } from '../../storage/stored-timelines.ts'
import type { HealthService } from '../health-service.ts'
import type { HostFeed } from '../host-feed.ts'
import { describeHost, worstOfHost } from './fleet.ts'
import type { HostRecorder } from './host-recorder.ts'
import { MonitorService } from './monitor-service.ts'
import type { Stores } from './roll-up.ts'

const unused = (): never => {
  throw new Error('It is not asked for.')
}

let database: DatabaseSync
let stores: Stores
let monitor: MonitorService
let bugs: unknown[]
let told: RaisedNotice[]

/** Watches hosts that a test stands in for. */
function start(hosts: readonly Host[] = [], feed: Partial<HostFeed> = {}): void {
  const value = { projects: null, error: null, ...feed } as HostFeed
  monitor = new MonitorService({
    hosts: { hosts, get: () => unused(), views: async () => [], subscribe: () => () => {} },
    sessions: { get: (id: string) => ({ host: hosts.find((host) => host.id === id) }) } as SessionService,
    health: { followHost: () => ({ value, release: () => {} }) } as unknown as HealthService,
    stores,
    incidents: createIncidentStore(database),
    settings: createSettingsStore(database),
    raise: (notice) => told.push(notice),
    readOperations: async () => [],
    reportBug: (bug) => bugs.push(bug),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  stores = { timelines: createTimelineStore(database), samples: createSampleStore(database) }
  bugs = []
  told = []
})
afterEach(() => {
  monitor.dispose()
  if (database.isOpen) database.close()
  vi.useRealTimers()
})

test('a look that the store fails is reported, and ends neither the watch nor what listens to it', async () => {
  start()
  const heard: string[] = []
  monitor.subscribe(() => {
    throw new Error('A page that is gone.')
  })
  monitor.subscribe(() => heard.push('changed'))
  vi.spyOn(stores.timelines, 'list').mockImplementation(() => {
    throw new Error('The disk is full.')
  })
  await vi.advanceTimersByTimeAsync(31_000)
  expect(bugs.map(String).filter((bug) => bug.includes('full'))).toHaveLength(2)
  expect(heard.length).toBeGreaterThanOrEqual(2)
})

const CONNECTED: HostStatus = { kind: 'connected', since: '' }
const error = toErrorShape(new SlipwayError('host.auth-failed', 'The key needs its passphrase.'))
const DAY_MS = 24 * 3_600_000
const ref = { hostId: 'db', project: 'shop' }

test.each<[string, HostStatus, readonly string[] | null, boolean, Observed]>([
  ['waits for an answer', { kind: 'failed', error }, null, true, 'unknown'],
  ['is not connected', { kind: 'idle' }, null, true, 'unknown'],
  ['is connected and was not listed yet', CONNECTED, null, true, 'unknown'],
  ['is connected and has it no more', CONNECTED, [], true, 'unobserved'],
  ['is not connected, and it is switched off', { kind: 'idle' }, null, false, 'unobserved'],
])('a stack that is known, while its host %s', (_name, status, projects, isEnabled, worst) => {
  const { number } = stores.timelines.open(ref)
  stores.timelines.setEnabled(number, isEnabled)
  start([{ id: 'db', label: 'db', kind: 'ssh', status } as Host], { projects })
  expect(monitor.worst).toBe(worst)
})

const NO_ENGINE = 'The Docker engine does not run.'
const noEngine = toErrorShape(new SlipwayError('docker.engine-down', NO_ENGINE))

test.each<[string, HostStatus, Partial<HostFeed>, { listed: boolean; reasons: string[] }]>([
  ['is not connected', { kind: 'idle' }, {}, { listed: false, reasons: ['There is no connection to its host.'] }],
  [
    'was not listed yet',
    CONNECTED,
    { error, isLoading: true },
    { listed: false, reasons: ['The stacks of its host have not been listed yet.'] },
  ],
  [
    'has an engine that cannot be used',
    CONNECTED,
    { error: noEngine },
    { listed: false, reasons: [`The stacks of its host could not be listed: ${NO_ENGINE}`] },
  ],
  ['has it no more', CONNECTED, { projects: [] }, { listed: true, reasons: [] }],
])('a known stack is shown, or not, while its host %s', (_name, status, feed, { listed, reasons }) => {
  stores.timelines.open(ref)
  start([{ id: 'db', label: 'db', kind: 'ssh', status } as Host], feed)
  const [host] = monitor.fleet()
  expect([host?.listed, host?.stacks.map(({ reason }) => reason)]).toEqual([listed, reasons])
})

test.each<[Observed | null, Observed]>([
  ['healthy', 'healthy'],
  [null, 'unknown'],
])('a stack that is watched and is %s', (state, worst) => {
  const host = { id: 'db', status: CONNECTED } as Host
  const healthy = { ref: { ...ref, project: 'blog' }, track: { state: 'healthy' } }
  const recorder = { hasList: true, recorders: [healthy, { ref, track: { state } }] } as unknown as HostRecorder
  expect(worstOfHost(host, recorder, [])).toBe(worst)
})

test.each<[string, HostStatus, string]>([
  ['is connected', CONNECTED, 'It is being read.'],
  ['is not connected', { kind: 'idle' }, 'There is no connection to its host.'],
])('a stack that is watched and not judged yet says why, while its host %s', (_name, status, reason) => {
  const host = { id: 'db', label: 'db', status } as Host
  const track = { state: null, sinceMs: null, lastLookMs: null, recent: [] }
  const watched = { ref, track, facts: { name: 'shop', version: null }, responses: [], openIncident: null }
  const recorder = { hasList: true, listError: null, recorders: [watched] } as unknown as HostRecorder
  const { stacks } = describeHost(host, recorder, { timelines: stores.timelines, known: [], nowMs: Date.now() })
  expect(stacks.map((stack) => [stack.state, stack.reason])).toEqual([['unobserved', reason]])
})

test.each<[string, readonly (number | null)[], boolean]>([
  ['hosts say the same time', [0, 60_000], true],
  ['one host says another time', [0, -40 * DAY_MS], false],
  ['no host can be asked', [null], false],
])('after an absence of weeks, while %s', async (_name, offsets, isConfirmed) => {
  const { number } = stores.timelines.open(ref)
  stores.timelines.save(number, [
    { fromMs: Date.now() - 41 * DAY_MS, toMs: Date.now() - 40 * DAY_MS, state: 'healthy' },
  ])
  const hosts = offsets.map((offset, index) => {
    const readClock = async () => {
      if (offset === null) throw new SlipwayError('host.timeout', 'It does not answer.')
      return Date.now() + offset
    }
    return { id: `h${index}`, label: '', kind: 'ssh', status: CONNECTED, readClock } as unknown as Host
  })
  start(hosts)
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect([told.map(({ kind }) => kind), bugs]).toEqual([isConfirmed ? [] : ['clock'], []])
})
