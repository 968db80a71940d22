import { expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import type { Stack } from '../stacks/stack.ts'
import { askHealth } from './preflight-health.ts'

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['acme/*'] },
  services: [
    { name: 'web' },
    { name: 'job', kind: 'one-shot' },
    { name: 'image', kind: 'pre-pull' },
    { name: 'extra', optional: true },
  ],
})
const NAMES = ['web', 'mailer', 'job', 'image', 'extra', 'idle']
const services = Object.fromEntries(
  NAMES.map((name) => [name, buildService(name, { scale: name === 'idle' ? 0 : name === 'web' ? 2 : 1 })]),
)
const containers = {
  web: [buildContainer('web'), buildContainer('web')],
  mailer: [buildContainer('mailer')],
  job: [buildContainer('job', { state: 'exited', exitCode: 0 })],
}

function ask(change: Stack['containers']) {
  const session = { host: { now: () => Date.parse('2026-01-01T12:00:00Z') } }
  const stack = { session, model: { services }, runbook, containers: { ...containers, ...change } } as unknown as Stack
  return askHealth({ stack, signal: new AbortController().signal })
}

test('what may be absent, is scaled to none, or has ended by design, is nothing to warn of', async () => {
  expect(await ask({})).toMatchObject({ verdict: 'passed', detail: 'All services run. There is no probe to ask.' })
})

test.each<[string, Stack['containers'], string]>([
  [
    'has ended',
    { mailer: [buildContainer('mailer', { state: 'exited', exitCode: 1 })] },
    'mailer: acme-mailer-1 ended with exit code 1.',
  ],
  ['is gone', { mailer: [] }, 'mailer: It has no container.'],
  [
    'is unhealthy',
    { mailer: [buildContainer('mailer', { health: 'unhealthy' })] },
    'mailer: acme-mailer-1 fails its health check.',
  ],
  [
    'is still starting',
    { mailer: [buildContainer('mailer', { health: 'starting' })] },
    'mailer: acme-mailer-1 is starting.',
  ],
  ['lacks a container', { web: [buildContainer('web')] }, 'web: Only 1 of 2 containers are there.'],
  ['is a job that left no trace', { job: [] }, 'job: It has no container that would say how its last run ended.'],
  [
    'is a job that failed',
    { job: [buildContainer('job', { state: 'exited', exitCode: 3 })] },
    'job: acme-job-1 ended with exit code 3.',
  ],
])('a service that %s is told, whichever are upgraded', async (_title, change, detail) => {
  expect(await ask(change)).toMatchObject({ verdict: 'warning', detail })
})
