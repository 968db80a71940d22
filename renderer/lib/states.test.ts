import { describe, expect, it } from 'vitest'
import type { ContainerView, Health } from '../../shared/contract/stacks.ts'
import { containerLook, hostLook, worstHealth } from './states.ts'

describe('the worst state', () => {
  it.each<[Health[], Health | null]>([
    [[], null],
    [['healthy', 'healthy'], 'healthy'],
    [['healthy', 'starting'], 'starting'],
    [['degraded', 'unknown', 'healthy'], 'unknown'],
    [['unknown', 'down', 'maintenance'], 'down'],
  ])('of %j is %s', (healths, worst) => expect(worstHealth(healths)).toBe(worst))
})

describe('the look of a container', () => {
  const running = { state: 'running', health: null, exitCode: null, oomKilled: false } as const
  it.each<[Pick<ContainerView, 'state' | 'health' | 'exitCode' | 'oomKilled'>, string, string]>([
    [running, 'ok', 'Running'],
    [{ ...running, health: 'unhealthy' }, 'bad', 'Running, unhealthy'],
    [{ ...running, health: 'starting' }, 'busy', 'Running, starting'],
    [{ ...running, state: 'exited', exitCode: 0 }, 'idle', 'Exited'],
    [{ ...running, state: 'exited', exitCode: 3 }, 'bad', 'Exited with 3'],
    [{ ...running, state: 'exited', exitCode: 137, oomKilled: true }, 'bad', 'Killed: out of memory'],
  ])('%o is %s: %s', (container, tone, word) => expect(containerLook(container)).toMatchObject({ tone, word }))
})

it('does not call a host connected whose engine does not answer', () => {
  const error = { code: 'docker.engine-down', message: 'down', retryable: true, causes: [] } as const
  const status = { kind: 'connected', since: '2026-03-01T10:00:00Z' } as const
  expect(hostLook({ status, engine: { kind: 'failed', error: { ...error, causes: [] } } })).toMatchObject({
    tone: 'bad',
  })
})
