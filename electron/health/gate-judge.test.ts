import { describe, expect, test } from 'vitest'
import type { Health, ProbeResult } from '../../shared/contract/stacks.ts'
import type { Container } from '../docker/engine.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import {
  advanceGate,
  GATE_START,
  type GateRules,
  type GateSample,
  type GateState,
  recallGate,
  rememberGate,
  type SeenDependency,
} from './gate-judge.ts'

const rules: GateRules = {
  settings: { timeoutSeconds: 60, settleSeconds: 10, intervalSeconds: 1 },
  imageId: 'sha256:api',
  scale: 1,
  kind: 'service',
}

function api(change: Partial<Container> = {}): Container {
  return buildContainer('api', change)
}

function probe(health: Health, reason = 'Because.'): ProbeResult {
  const rest = { request: 'GET /', answer: null, durationMs: 1, checkedAt: '2026-01-01T12:00:00Z' }
  return { id: 'p', title: 'API', service: 'api', health, reason, ...rest }
}

type Seen = readonly [
  atSeconds: number,
  containers: readonly Container[],
  probes?: readonly ProbeResult[],
  dependencies?: readonly SeenDependency[],
]

/** Runs a gate over samples and says how it ended, or what it waited for at last. */
function gate(samples: readonly Seen[], change: Partial<GateRules> = {}, start: GateState = GATE_START): string {
  let state = start
  let last = ''
  for (const [atSeconds, containers, probes = [], dependencies = []] of samples) {
    const sample: GateSample = {
      atMs: atSeconds * 1000,
      containers,
      probes,
      mayBeDegraded: ['certificate'],
      dependencies,
    }
    const step = advanceGate(state, sample, { ...rules, ...change })
    if ('reason' in step) return `${step.kind} at ${atSeconds} s: ${step.reason}`
    state = step.state
    last = `${step.kind}: ${step.message}`
  }
  return last
}

/** The same picture once a second. */
function each(
  from: number,
  to: number,
  containers: readonly Container[],
  probes: readonly ProbeResult[] = [],
  dependencies: readonly SeenDependency[] = [],
): Seen[] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, containers, probes, dependencies] as const)
}

function db(change: Partial<Container> = {}, more: Partial<SeenDependency> = {}): SeenDependency {
  return { service: 'db', isJob: false, isRequired: true, containers: [buildContainer('db', change)], ...more }
}

describe('a gate passes', () => {
  test.each<[string, readonly Seen[], Partial<GateRules>, string]>([
    [
      'when health held for the settle time',
      each(0, 10, [api()], [probe('healthy')]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'a slow starter',
      [...each(0, 40, [api({ health: 'starting' })]), ...each(41, 51, [api()])],
      {},
      'passed at 51 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one that became healthy just in time, after the limit',
      [...each(0, 59, [api({ health: 'starting' })]), ...each(60, 70, [api()])],
      {},
      'passed at 70 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one without health check and probes, when it only keeps running',
      each(0, 10, [api({ health: null })]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one whose check failed once',
      [[0, [api()]], [1, [api()], [probe('down')]], ...each(2, 12, [api()])],
      {},
      'passed at 12 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one whose certificate runs out soon',
      each(0, 10, [api()], [{ ...probe('degraded'), id: 'certificate' }]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one whose database is well, and whose migration has run',
      each(0, 10, [api()], [], [db(), db({ state: 'exited', exitCode: 0, health: null }, { isJob: true })]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one that can do without what is not there',
      each(0, 10, [api()], [], [db({}, { containers: [], isRequired: false })]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one whose database was restarted meanwhile, after another settle time',
      [
        ...each(0, 5, [api()], [], [db()]),
        [6, [api()], [], [db({ health: 'starting', restartCount: 1 })]],
        ...each(7, 17, [api()], [], [db({ restartCount: 1 })]),
      ],
      {},
      'passed at 17 s: Healthy for 10 s, without a restart.',
    ],
    [
      'one whose database was restarted between two samples, after another settle time',
      [...each(0, 5, [api()], [], [db()]), ...each(6, 16, [api()], [], [db({ restartCount: 1 })])],
      {},
      'passed at 16 s: Healthy for 10 s, without a restart.',
    ],
    [
      'at once without a settle time',
      each(0, 0, [api()]),
      { settings: { ...rules.settings, settleSeconds: 0 } },
      'passed at 0 s: Healthy for 0 s, without a restart.',
    ],
    [
      'a container that had restarted before',
      each(0, 10, [api({ restartCount: 3 })]),
      {},
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'all replicas',
      each(0, 10, [api(), api({ id: 'b' })]),
      { scale: 2 },
      'passed at 10 s: Healthy for 10 s, without a restart.',
    ],
    [
      'a job that ended well',
      [
        [0, [api({ health: null })]],
        [3, [api({ state: 'exited', exitCode: 0 })]],
      ],
      { kind: 'one-shot' },
      'passed at 3 s: It ended with exit code 0.',
    ],
    ['an image that is only pulled', [[0, []]], { kind: 'pre-pull' }, 'passed at 0 s: It only brings its image.'],
  ])('%s', (_title, samples, change, expected) => {
    expect(gate(samples, change)).toBe(expected)
  })
})

describe('a gate fails', () => {
  test.each<[string, readonly Seen[], Partial<GateRules>, string]>([
    [
      'at once, when the container has ended',
      [
        [0, [api()]],
        [1, [api({ state: 'exited', exitCode: 1 })]],
      ],
      {},
      'failed at 1 s: acme-api-1 ended with exit code 1.',
    ],
    [
      'at once, for want of memory',
      [[1, [api({ state: 'exited', exitCode: 137, oomKilled: true })]]],
      {},
      'failed at 1 s: acme-api-1 was ended for want of memory (exit code 137).',
    ],
    [
      'at once, in a crash loop',
      [[0, [api({ state: 'restarting', exitCode: 1 })]]],
      {},
      'failed at 0 s: It crashed and is being restarted: acme-api-1 ended with exit code 1.',
    ],
    [
      'at once, when it restarted between two looks',
      [...each(0, 4, [api()]), [5, [api({ restartCount: 1 })]]],
      {},
      'failed at 5 s: acme-api-1 crashed and was restarted by the engine while it was watched.',
    ],
    [
      'at once, when another image runs',
      [[0, [api({ imageId: 'sha256:0123456789abcdef' })]]],
      {},
      'failed at 0 s: acme-api-1 runs the image 0123456789ab instead of api.',
    ],
    [
      'at once, when somebody replaced the container',
      [...each(0, 4, [api()]), [5, [api({ id: 'other' })]]],
      {},
      'failed at 5 s: acme-api-1 was replaced by another container while it was watched.',
    ],
    [
      'at once, when the container went away',
      [...each(0, 4, [api()]), [5, []]],
      {},
      'failed at 5 s: Its container went away while it was watched.',
    ],
    [
      'at once, when it cannot be started',
      [[0, [api({ state: 'created', error: 'port is already allocated' })]]],
      {},
      'failed at 0 s: acme-api-1 could not be started: port is already allocated.',
    ],
    [
      'soon, when the health check and the probe agree',
      each(
        0,
        60,
        [api({ health: 'unhealthy', healthLog: [{ at: '', exitCode: 1, output: 'HTTP 503\n' }] })],
        [probe('down')],
      ),
      {},
      'failed at 1 s: acme-api-1 fails its health check: HTTP 503.',
    ],
    [
      'soon, when it is unhealthy and nobody else says more',
      each(0, 60, [api({ health: 'unhealthy' })]),
      {},
      'failed at 1 s: acme-api-1 fails its health check.',
    ],
    [
      'with the reason of a probe, where the health check gives none',
      each(0, 60, [api({ health: 'unhealthy' })], [probe('starting')]),
      {},
      'failed at 60 s: Not healthy within 60 s: acme-api-1 fails its health check: API: Because.',
    ],
    [
      'in the end, when it is unhealthy but answers',
      each(0, 60, [api({ health: 'unhealthy' })], [probe('healthy')]),
      {},
      'failed at 60 s: Not healthy within 60 s: acme-api-1 fails its health check.',
    ],
    [
      'in the end, when it starts for ever',
      each(0, 60, [api({ health: 'starting' })]),
      {},
      'failed at 60 s: Not healthy within 60 s: acme-api-1 is starting.',
    ],
    [
      'in the end, when the probe says no behind a green health check',
      each(0, 60, [api()], [probe('down', 'Answered 500, expected 200.')]),
      {},
      'failed at 60 s: Not healthy within 60 s: API: Answered 500, expected 200.',
    ],
    [
      'in the end, when it is only degraded',
      each(0, 60, [api()], [probe('degraded', 'status is degraded.')]),
      {},
      'failed at 60 s: Not healthy within 60 s: API: status is degraded.',
    ],
    [
      'in the end, when no container comes',
      each(0, 60, []),
      {},
      'failed at 60 s: Not healthy within 60 s: 0 of 1 containers are there.',
    ],
    [
      'in the end, when it flickers',
      Array.from({ length: 61 }, (_, at) => [at, [api()], [probe(at % 5 === 0 ? 'down' : 'healthy')]] as const),
      {},
      'failed at 60 s: Not healthy within 60 s: API: Because.',
    ],
    [
      'when it falls ill while it settles after the limit',
      [...each(0, 59, [api({ health: 'starting' })]), ...each(60, 65, [api()]), [66, [api()], [probe('down')]]],
      {},
      'failed at 66 s: Not healthy within 60 s: API: Because.',
    ],
    [
      'a job that ended badly',
      [[0, [api({ state: 'exited', exitCode: 3 })]]],
      { kind: 'one-shot' },
      'failed at 0 s: acme-api-1 ended with exit code 3.',
    ],
    [
      'a job that does not end',
      each(0, 60, [api({ health: null })]),
      { kind: 'one-shot' },
      'failed at 60 s: Not healthy within 60 s: acme-api-1 is running.',
    ],
  ])('%s', (_title, samples, change, expected) => {
    expect(gate(samples, change)).toBe(expected)
  })
})

test('what migrates need not answer anybody meanwhile, and has failed all the same when it ends', () => {
  const ill = api({ health: 'unhealthy' })
  expect(gate(each(0, 9, [ill], [probe('down')]), { isMigrating: true })).toBe(
    'waiting: acme-api-1 fails its health check: API: Because (9 s of 60 s)',
  )
  const ended: Seen = [1, [api({ state: 'exited', exitCode: 3 })]]
  expect(gate([[0, [ill], [probe('down')]], ended], { isMigrating: true })).toBe(
    'failed at 1 s: acme-api-1 ended with exit code 3.',
  )
})

describe('a look at what has passed its gate before', () => {
  const before: GateSample = {
    atMs: 60_000,
    containers: [api({ restartCount: 1 })],
    probes: [],
    mayBeDegraded: [],
    dependencies: [db()],
  }
  const again = (...samples: readonly Seen[]) => gate(samples, {}, recallGate(rememberGate(before), rules))
  const same = api({ restartCount: 1 })

  test.each<[string, string, readonly Seen[]]>([
    ['passes at once, where nothing differs', 'passed at 0 s: Healthy', [[0, [same], [probe('healthy')], [db()]]]],
    [
      'fails where the engine has restarted it, though it is well again',
      'failed at 0 s: acme-api-1 crashed and was restarted',
      [[0, [api({ restartCount: 2 })], [probe('healthy')], [db()]]],
    ],
    [
      'fails where its container is another',
      'failed at 0 s: acme-api-1 was replaced',
      [[0, [api({ id: 'b' })], [], [db()]]],
    ],
    ['fails where it has none', 'failed at 0 s: Its container went away', [[0, [], [], [db()]]]],
    [
      'gives a probe that fails the time of a gate, and another settle time',
      'passed at 12 s: Healthy for 10 s',
      [[0, [same], [probe('down')], [db()]], [1, [same], [probe('down')], [db()]], ...each(2, 12, [same], [], [db()])],
    ],
    [
      'fails where a probe goes on failing',
      'failed at 60 s: Not healthy',
      each(0, 60, [same], [probe('down')], [db()]),
    ],
    [
      'wants another settle time of one whose database was restarted',
      'passed at 10 s: Healthy for 10 s',
      each(0, 10, [same], [], [db({ restartCount: 1 })]),
    ],
    [
      'fails where its database is gone',
      'failed at 60 s: Not healthy within 60 s: db, which it depends on, has no container',
      each(0, 60, [same], [], [db({}, { containers: [] })]),
    ],
  ])('%s', (_title, expected, samples) => {
    expect(again(...samples)).toContain(expected)
  })
})

test('what nobody could check is neither passed nor failed', () => {
  expect(gate(each(0, 60, [api()], [probe('unknown', 'The connection was lost.')]))).toBe(
    'unknown at 60 s: Not healthy within 60 s: API: The connection was lost.',
  )
})

test('a known "no" counts more than an unknown answer', () => {
  expect(gate(each(0, 60, [api()], [probe('unknown'), probe('down')]))).toMatch(/^failed/)
})

test('it says what it waits for, and how long it has been well', () => {
  expect(gate(each(0, 3, [api({ health: 'starting' })]))).toBe('waiting: acme-api-1 is starting (3 s of 60 s)')
  expect(gate(each(0, 4, [api()]))).toBe('settling: healthy for 4 s of 10 s')
})

describe('a gate waits for what a service depends on', () => {
  test.each<[string, SeenDependency, string]>([
    [
      'a database that has stopped',
      db({ state: 'exited', exitCode: 137, health: 'unhealthy' }),
      'acme-db-1, which it depends on, has ended with exit code 137',
    ],
    ['a database that is paused', db({ state: 'paused' }), 'acme-db-1, which it depends on, is paused'],
    ['a database that is unhealthy', db({ health: 'unhealthy' }), 'acme-db-1, which it depends on, is unhealthy'],
    ['a database that is gone', db({}, { containers: [] }), 'db, which it depends on, has no container'],
    [
      'a migration that failed',
      db({ state: 'exited', exitCode: 1, health: null }, { isJob: true }),
      'acme-db-1, which it depends on, has ended with exit code 1',
    ],
  ])('%s', (_what, dependency, message) => {
    const healthy = [api()]
    expect(gate([[0, healthy, [probe('healthy')], [dependency]]])).toBe(`waiting: ${message} (0 s of 60 s)`)
    expect(gate(each(0, 60, healthy, [probe('healthy')], [dependency]))).toBe(
      `failed at 60 s: Not healthy within 60 s: ${message}.`,
    )
  })
})
