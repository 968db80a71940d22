import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StackDetail } from '../../../shared/contract/stacks.ts'
import type { HostSession } from '../../stacks/stack.ts'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createIncidentStore } from '../../storage/stored-incidents.ts'
import { createSampleStore } from '../../storage/stored-samples.ts'
import { createTimelineStore } from '../../storage/stored-timelines.ts'
import type { StackMonitor } from '../stack-monitor.ts'
import { buildBlank } from '../stack-picture.ts'
import type { ClockKeeper } from './clock-keeper.ts'
import { DAMPER_LIMITS } from './incident-damper.ts'
import { PROOF_TIMEOUT_MS, StackRecorder } from './stack-recorder.ts'

const ref = { hostId: 'db', project: 'shop' }

let database: DatabaseSync
let recorder: StackRecorder
let bugs: unknown[]

beforeEach(() => {
  vi.useFakeTimers()
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  bugs = []
})
afterEach(() => {
  recorder.stop()
  database.close()
  vi.useRealTimers()
})

/** A recorder of a stack whose picture a test gives; returns how to show one. */
function start(lookForOperation: () => Promise<void>) {
  const monitor = {
    detail: null as StackDetail | null,
    containers: {},
    probes: new Map(),
    usage: new Map(),
    mask: (text: string) => text,
    watchUsage: () => () => {},
    lookForOperation: vi.fn(lookForOperation),
  }
  const host = { status: { kind: 'connected' }, now: () => Date.now() }
  let tell = () => {}
  const timelines = createTimelineStore(database)
  recorder = new StackRecorder({
    stack: timelines.open(ref),
    stores: { timelines, samples: createSampleStore(database) },
    incidents: createIncidentStore(database),
    session: { host, engine: { ping: async () => {} } } as unknown as HostSession,
    clock: { look: () => ({ wallMs: Date.now(), monotonicMs: Date.now() }) } as unknown as ClockKeeper,
    intervalMs: 15_000,
    usageIntervalMs: 15_000,
    limits: DAMPER_LIMITS,
    follow: (listener) => {
      tell = listener
      return { value: monitor as unknown as StackMonitor, release: () => {} }
    },
    disk: () => null,
    raise: () => {},
    onChange: () => {},
    reportBug: (bug) => bugs.push(bug),
  })
  const show = async (health: StackDetail['health'], afterMs = 0) => {
    monitor.detail = { ...buildBlank(ref, null), health }
    tell()
    await vi.advanceTimersByTimeAsync(afterMs)
    return recorder.track.state
  }
  return { monitor, show }
}

test('a lock that cannot be read in time keeps no bad news back', async () => {
  const { show } = start(() => new Promise(() => {}))
  expect(await show('healthy')).toBe('healthy')
  expect(await show('down', PROOF_TIMEOUT_MS - 1)).toBe('healthy')
  await vi.advanceTimersByTimeAsync(1)
  expect([recorder.track.state, bugs]).toEqual(['down', []])
})

test('what an operation does is looked for at each turn to the bad, and is none', async () => {
  const { monitor, show } = start(async () => {
    monitor.detail = { ...buildBlank(ref, null), health: 'maintenance' }
  })
  expect(await show('healthy')).toBe('healthy')
  expect(await show('starting')).toBe('maintenance')
  monitor.lookForOperation.mockImplementation(async () => {})
  expect(await show('degraded')).toBe('degraded')
  expect(await show('degraded')).toBe('degraded')
  expect(monitor.lookForOperation).toHaveBeenCalledTimes(2)
  expect(await show('down')).toBe('down')
  expect(monitor.lookForOperation).toHaveBeenCalledTimes(3)
})

test('a look for an operation that fails for a fault of ours is reported, and nothing is said of the stack', async () => {
  const { show } = start(async () => {
    throw new Error('Nobody thought of that.')
  })
  expect(await show('down')).toBe('unknown')
  expect(bugs.map(String)).toEqual(['Error: Nobody thought of that.'])
})
