import { describe, expect, test } from 'vitest'
import type { ContainerView, Health, ProbeResult } from '../../shared/contract/stacks.ts'
import { judgeService, judgeStack, type ServiceEvidence, worst } from './judge-service.ts'

const nowMs = Date.parse('2026-01-01T12:00:00Z')

function container(change: Partial<ServiceEvidence['containers'][number]> = {}): ServiceEvidence['containers'][number] {
  const view: ContainerView = {
    id: 'c1',
    name: 'acme-api-1',
    state: 'running',
    health: 'healthy',
    exitCode: null,
    restartCount: 0,
    startedAt: '2026-01-01T11:00:00Z',
    imageReference: 'acme/api:1.0.0',
    imageId: 'sha256:1',
    digest: null,
    oomKilled: false,
  }
  return { ...view, ...change }
}

function probe(health: Health, reason = 'Because.'): ProbeResult {
  const rest = { request: 'GET /', answer: null, durationMs: 1, checkedAt: '2026-01-01T12:00:00Z' }
  return { id: 'p', title: 'API', service: 'api', health, reason, ...rest }
}

function evidence(change: Partial<ServiceEvidence>): ServiceEvidence {
  return {
    kind: 'service',
    optional: false,
    neededBy: [],
    scale: 1,
    containers: [container()],
    probes: [],
    imagePresent: null,
    nowMs,
    ...change,
  }
}

describe('a service is', () => {
  test.each<[string, Partial<ServiceEvidence>, Health, string]>([
    ['healthy by its health check', {}, 'healthy', 'Its health check passes.'],
    [
      'healthy by its probe',
      { containers: [container({ health: null })], probes: [probe('healthy', 'Answered 200.')] },
      'healthy',
      'Answered 200.',
    ],
    ['healthy by all its probes', { probes: [probe('healthy'), probe('healthy')] }, 'healthy', 'All 2 probes hold.'],
    [
      'unknown when nobody asks',
      { containers: [container({ health: null })] },
      'unknown',
      'It runs, but has neither a health check nor a probe that would say whether it works.',
    ],
    [
      'unknown when nobody could ask, whatever its health check says',
      { probes: [probe('unknown', 'The connection was lost.')] },
      'unknown',
      'API: The connection was lost.',
    ],
    [
      'down when the probe says so, whatever its health check says',
      { probes: [probe('healthy'), probe('down', 'Answered 500.')] },
      'down',
      'API: Answered 500.',
    ],
    ['degraded', { probes: [probe('degraded', 'status is degraded.')] }, 'degraded', 'API: status is degraded.'],
    ['down without a container', { containers: [] }, 'down', 'It has no container.'],
    [
      'healthy when optional and not there',
      { containers: [], optional: true },
      'healthy',
      'It is optional and not in use.',
    ],
    ['healthy when scaled to none', { containers: [], scale: 0 }, 'healthy', 'It is scaled to none.'],
    ['degraded when a replica is missing', { scale: 2 }, 'degraded', 'Only 1 of 2 containers are there.'],
    [
      'as bad as its worst replica',
      { scale: 2, containers: [container(), container({ name: 'acme-api-2', state: 'exited', exitCode: 1 })] },
      'down',
      'acme-api-2 ended with exit code 1.',
    ],
    [
      'down when it has ended',
      { containers: [container({ state: 'exited', exitCode: 0 })] },
      'down',
      'acme-api-1 ended with exit code 0.',
    ],
    [
      'down for want of memory',
      { containers: [container({ state: 'exited', exitCode: 137, oomKilled: true })] },
      'down',
      'acme-api-1 was ended for want of memory (exit code 137).',
    ],
    [
      'down in a crash loop',
      { containers: [container({ state: 'restarting', exitCode: 1, restartCount: 7 })] },
      'down',
      'acme-api-1 keeps restarting (7 so far): acme-api-1 ended with exit code 1.',
    ],
    ['down when paused', { containers: [container({ state: 'paused' })] }, 'down', 'acme-api-1 is paused.'],
    [
      'down when dead',
      { containers: [container({ state: 'dead', exitCode: 1 })] },
      'down',
      'acme-api-1 ended with exit code 1.',
    ],
    [
      'down when it could not be started',
      { containers: [container({ state: 'created', error: 'port is already allocated' })] },
      'down',
      'acme-api-1 is created: port is already allocated.',
    ],
    [
      'starting when just created',
      { containers: [container({ state: 'created', health: null })] },
      'starting',
      'acme-api-1 was created and not started yet.',
    ],
    [
      'starting in its start period, whatever the probe says',
      { containers: [container({ health: 'starting' })], probes: [probe('down')] },
      'starting',
      'acme-api-1 is starting.',
    ],
    [
      'starting when the probe says so',
      { probes: [probe('starting', 'Answered 503, which means starting.')] },
      'starting',
      'API: Answered 503, which means starting.',
    ],
    [
      'down when unhealthy, with the words of the check',
      {
        containers: [container({ health: 'unhealthy', healthLog: [{ output: 'old' }, { output: 'HTTP 503\n' }] })],
        probes: [probe('healthy')],
      },
      'down',
      'acme-api-1 fails its health check: HTTP 503.',
    ],
    [
      'degraded after a recent restart',
      { containers: [container({ restartCount: 2, startedAt: '2026-01-01T11:59:30Z' })], probes: [probe('healthy')] },
      'degraded',
      'acme-api-1 has restarted 2 times, the last time 30 s ago.',
    ],
    [
      'healthy again after an old restart',
      { containers: [container({ restartCount: 2, startedAt: '2026-01-01T11:50:00Z' })] },
      'healthy',
      'Its health check passes.',
    ],
  ])('%s', (_title, change, health, reason) => {
    expect(judgeService(evidence(change))).toEqual({ health, reason })
  })
})

describe('what ends by design is', () => {
  test.each<[string, Partial<ServiceEvidence>, Health, string]>([
    [
      'healthy when it ended well',
      { kind: 'one-shot', containers: [container({ state: 'exited', exitCode: 0, health: null })] },
      'healthy',
      'It ended with exit code 0.',
    ],
    [
      'down when it failed',
      { kind: 'one-shot', containers: [container({ state: 'exited', exitCode: 3 })] },
      'down',
      'acme-api-1 ended with exit code 3.',
    ],
    ['starting while it runs', { kind: 'one-shot', containers: [container()] }, 'starting', 'It is still running.'],
    [
      'unknown when nothing is left of it',
      { kind: 'one-shot', containers: [] },
      'unknown',
      'It has no container that would say how its last run ended.',
    ],
    [
      'healthy when it is never run and its image is there',
      { kind: 'pre-pull', containers: [], imagePresent: true },
      'healthy',
      'Its image is on the host.',
    ],
    [
      'degraded when it is never run and its image is missing',
      { kind: 'pre-pull', containers: [], imagePresent: false },
      'degraded',
      'Its image is not on the host: the first use has to wait for it.',
    ],
    [
      'unknown while nobody has looked for its image',
      { kind: 'pre-pull', containers: [] },
      'unknown',
      'Nobody has looked yet whether its image is there.',
    ],
  ])('%s', (_title, change, health, reason) => {
    expect(judgeService(evidence(change))).toEqual({ health, reason })
  })
})

test('the worst of nothing is unknown', () => {
  expect(worst([]).health).toBe('unknown')
})

describe('a stack is as healthy as its worst service', () => {
  const verdict = (name: string, health: Health) => ({ name, health, reason: 'Because.' })
  test.each<[string, ReturnType<typeof verdict>[], Health, string]>([
    ['no services', [], 'unknown', 'It has no services.'],
    ['one', [verdict('api', 'healthy')], 'healthy', 'Its service is healthy.'],
    ['all healthy', [verdict('api', 'healthy'), verdict('web', 'healthy')], 'healthy', 'All 2 services are healthy.'],
    ['one down', [verdict('api', 'unknown'), verdict('web', 'down')], 'down', 'web: Because.'],
    [
      'unknown is worse than degraded',
      [verdict('api', 'degraded'), verdict('web', 'unknown')],
      'unknown',
      'web: Because.',
    ],
    ['several', [verdict('a', 'down'), verdict('b', 'down'), verdict('c', 'down')], 'down', 'a: Because. So are b, c.'],
  ])('%s', (_title, services, health, reason) => {
    expect(judgeStack(services)).toEqual({ health, reason })
  })
})
