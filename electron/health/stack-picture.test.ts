import { describe, expect, test } from 'vitest'
import type { LockView } from '../../shared/contract/operations.ts'
import { SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import { buildPins } from '../stacks/pins.ts'
import type { StackReading } from '../stacks/read-stack.ts'
import type { Stack } from '../stacks/stack.ts'
import { buildBlank, buildPicture, type PictureParts, summarize } from './stack-picture.ts'

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['acme/*'] },
  services: [{ name: 'api' }, { name: 'job', kind: 'one-shot', upgrade: false }, { name: 'extra', optional: true }],
})
const names = ['job', 'api', 'helper', 'extra']
const model = {
  name: 'acme',
  services: Object.fromEntries(names.map((name) => [name, buildService(name)])),
  volumes: {},
  networks: {},
  warnings: [],
}
const containers = {
  api: [buildContainer('api', { environment: ['API_KEY=s3cret-value'] })],
  job: [buildContainer('job', { state: 'exited', exitCode: 0 })],
  helper: [buildContainer('helper')],
}
const ref = { hostId: 'h', project: 'acme' }
const project = { project: 'acme', directory: '/srv/acme', files: ['/srv/acme/compose.yaml'], envFiles: [] }
const common = { ref, project, containers, leftovers: [] }
// The picture is made of what was read; it never asks the host.
const stack = {
  ...common,
  model,
  runbook,
  runbookSource: 'user',
  pins: buildPins(model, { compose: [], env: [] }, runbook),
  configHashes: {},
  slipwayDirectory: '/srv/acme/.slipway',
} as unknown as Stack
const binding = { id: 'acme', name: 'Acme', generic: false, source: 'user' as const, sha256: '', problems: [] }
const reading: StackReading = { ...common, stack, error: null, runbook: binding }

function picture(change: Partial<PictureParts> = {}) {
  const nothing = { drift: [], localImages: {}, probes: new Map(), usage: new Map(), lock: null, lost: null }
  return buildPicture({
    reading,
    ...nothing,
    readAt: '2026-01-01T12:00:00Z',
    nowMs: Date.parse('2026-01-01T12:00:00Z'),
    ...change,
  })
}

const lock: LockView = {
  owner: { user: 'ann', machine: 'laptop', instance: 'i' },
  operationId: 'op1',
  kind: 'upgrade',
  step: 'pull',
  acquiredAt: '2026-01-01T12:00:00Z',
  heartbeatAt: '2026-01-01T12:00:00Z',
  stale: false,
  mine: false,
}

test('services come in the order of the runbook, then the others; jobs and what is not in use are not counted', () => {
  const { services, runningServices, totalServices, health, version } = picture()
  expect(services.map(({ name }) => name)).toEqual(['api', 'job', 'extra', 'helper'])
  expect({ runningServices, totalServices, health, version }).toEqual({
    runningServices: 2,
    totalServices: 2,
    health: 'healthy',
    version: '1.0.0',
  })
})

test('nothing of a container’s environment and labels is shown', () => {
  expect(JSON.stringify(picture())).not.toMatch(/s3cret-value|com\.docker/)
})

describe('the health of the whole', () => {
  const cut = toErrorShape(new SlipwayError('host.connection-lost', 'The connection was lost.'))
  const broken: StackReading = {
    ...reading,
    stack: null,
    error: new SlipwayError('stack.compose-invalid', 'Line 3 is wrong.'),
  }
  test.each<[string, Partial<PictureParts>, string, RegExp]>([
    ['while an operation runs', { lock }, 'maintenance', /^ann runs an operation \(upgrade\) from laptop/],
    ['while replaced data is deleted', { lock: { ...lock, kind: 'deletion' } }, 'healthy', /./],
    ['with a lock that nobody keeps', { lock: { ...lock, stale: true } }, 'healthy', /./],
    [
      'when the host is out of reach, even while an operation runs',
      { lost: cut, lock },
      'unknown',
      /The connection was lost/,
    ],
    ['when the files are broken', { reading: broken }, 'unknown', /^Its files cannot be read: Line 3 is wrong/],
    [
      'when the files are broken and a container has ended',
      { reading: { ...broken, containers: { api: [buildContainer('api', { state: 'exited', exitCode: 1 })] } } },
      'down',
      /^api: /,
    ],
  ])('%s', (_title, change, health, reason) => {
    expect(picture(change)).toMatchObject({ health, healthReason: expect.stringMatching(reason) })
  })
})

test('what a running operation has not got to yet is no difference that anybody has to mend', () => {
  const drift = [{ kind: 'stopped' as const, service: 'api', message: 'It is exited.', hint: 'Start it.' }]
  expect(picture({ drift, lock }).drift).toEqual([])
  expect(picture({ drift, lock: { ...lock, stale: true } }).drift).toEqual(drift)
})

test('a stack that is out of reach keeps its services, each of them unknown, with the error', () => {
  const lost = toErrorShape(new SlipwayError('host.connection-lost', 'The connection was lost.'))
  const { services, error } = picture({ lost })
  expect(services.map(({ health }) => health)).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  expect(services[0]?.containers).toHaveLength(1)
  expect(error?.code).toBe('host.connection-lost')
})

test('a picture says whether it is current, the last there was, or none at all', () => {
  const lost = toErrorShape(new SlipwayError('docker.engine-down', 'The engine does not answer.'))
  const at = '2026-01-01T12:00:00Z'
  expect(picture()).toMatchObject({ picture: 'current', checkedAt: at })
  expect(picture({ lost })).toMatchObject({ picture: 'last', checkedAt: at })
  expect(buildBlank(ref, lost)).toMatchObject({ picture: 'none', checkedAt: null })
})

test('the usage of a service is that of its containers together', () => {
  const usage = new Map([['api-id', { cpuPercent: 12, memoryBytes: 5, memoryLimitBytes: null }]])
  expect(picture({ usage }).services[0]?.usage).toEqual({ cpuPercent: 12, memoryBytes: 5, memoryLimitBytes: null })
  expect(picture({ usage }).services[1]?.usage).toBeNull()
})

test('a summary is the picture without its parts', () => {
  const summary = summarize({ ...picture({ lock }), since: null })
  expect(Object.keys(summary)).not.toContain('services')
  expect(summary.operation).toEqual({ id: 'op1', kind: 'upgrade', owner: 'ann on laptop', mine: false, stale: false })
})
