import { expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { buildContainer, buildService } from './container-fixture.ts'
import { LABELS } from './discovery.ts'
import { findDrift, type LocalImages } from './drift.ts'
import { buildPins } from './pins.ts'

type Given = Parameters<typeof findDrift>[0]

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['acme/*'] },
  services: [
    { name: 'api' },
    { name: 'job', kind: 'one-shot' },
    { name: 'puller', kind: 'pre-pull' },
    { name: 'extra', optional: true },
    { name: 'db', upgrade: false },
  ],
})

function stack(
  change: Partial<Given> & { readonly images?: Record<string, string>; readonly scale?: number } = {},
): Given {
  const names = Object.keys(change.images ?? { api: 'acme/api:1.0.0' })
  const services = Object.fromEntries(
    names.map((name) => [
      name,
      buildService(name, { image: change.images?.[name] ?? 'acme/api:1.0.0', scale: change.scale ?? 1 }),
    ]),
  )
  const model = { name: 'acme', services, volumes: {}, networks: {}, warnings: [] }
  return {
    model,
    runbook,
    containers: { api: [buildContainer('api')] },
    leftovers: [],
    inactiveServices: [],
    pins: buildPins(model, { compose: [], env: [] }, runbook),
    configHashes: { api: 'api-hash' },
    ...change,
  }
}

function drift(given: Given, images: LocalImages = {}): string[] {
  return findDrift(given, images).map(({ kind, service, message }) => `${kind} ${service}: ${message}`)
}

test('a stack that runs as its files say has no drift', () => {
  expect(drift(stack(), { 'acme/api:1.0.0': 'sha256:api' })).toEqual([])
})

test.each<[string, Given, LocalImages, string[]]>([
  [
    'an edit that was not applied',
    stack({ configHashes: { api: 'other' } }),
    {},
    ['not-applied api: api was edited, but acme-api-1 still runs with the old settings.'],
  ],
  [
    'another tag than pinned',
    stack({ images: { api: 'acme/api:1.1.0' }, configHashes: { api: 'other' } }),
    {},
    ['image-drift api: acme-api-1 runs acme/api:1.0.0, the files say acme/api:1.1.0.'],
  ],
  [
    'the same tag pulled again',
    stack(),
    { 'acme/api:1.0.0': 'sha256:newer' },
    ['image-drift api: acme-api-1 runs the image api, and acme/api:1.0.0 is now newer.'],
  ],
  ['a tag that is no longer on the host', stack(), { 'acme/api:1.0.0': null }, []],
  ['a service without a container', stack({ containers: {} }), {}, ['missing api: api has no container.']],
  ['a service scaled to none', stack({ containers: {}, scale: 0 }), {}, []],
  ['a missing replica', stack({ scale: 2 }), {}, ['missing api: api has 1 of 2 containers.']],
  [
    'a stopped container',
    stack({ containers: { api: [buildContainer('api', { state: 'exited', exitCode: 137 })] } }),
    {},
    ['stopped api: acme-api-1 is exited, with exit code 137.'],
  ],
  [
    'a job that has ended',
    stack({
      images: { job: 'acme/job:1.0.0' },
      containers: { job: [buildContainer('job', { state: 'exited', exitCode: 0 })] },
      configHashes: {},
    }),
    {},
    [],
  ],
  [
    'what may be absent',
    stack({
      images: { job: 'acme/job:1.0.0', puller: 'acme/puller:1.0.0', extra: 'acme/extra:1.0.0' },
      containers: {},
    }),
    {},
    [],
  ],
  [
    'a container of a service that is gone',
    stack({ containers: { api: [buildContainer('api')], old: [buildContainer('old')] } }),
    {},
    ['orphan null: acme-old-1 belongs to old, which the files no longer have.'],
  ],
  [
    'a container of a service under an inactive profile',
    stack({
      containers: { api: [buildContainer('api')], worker: [buildContainer('worker')] },
      inactiveServices: ['worker'],
    }),
    {},
    [
      'inactive-profile null: acme-worker-1 belongs to worker, whose profile is inactive in the files: nobody judges its health here, and an upgrade leaves it as it is.',
    ],
  ],
  [
    'a container of which nobody can tell whether the files have its service',
    stack({ containers: { api: [buildContainer('api')], worker: [buildContainer('worker')] }, inactiveServices: null }),
    {},
    [],
  ],
  [
    'a leftover',
    stack({ leftovers: [buildContainer('api', { name: '0123456789ab_acme-api-1', state: 'exited' })] }),
    {},
    ['leftover api: 0123456789ab_acme-api-1 is what an interrupted recreate left behind; it is exited.'],
  ],
  [
    'a moving tag',
    stack({
      images: { api: 'acme/api:latest' },
      containers: { api: [buildContainer('api', { imageReference: 'acme/api:latest' })] },
    }),
    {},
    ['moving-tag api: api is pinned to “latest”, which can mean another image tomorrow.'],
  ],
  [
    'no tag',
    stack({
      images: { api: 'acme/api' },
      containers: { api: [buildContainer('api', { imageReference: 'acme/api' })] },
    }),
    {},
    ['moving-tag api: api is pinned to no tag at all, which can mean another image tomorrow.'],
  ],
  [
    'the moving tag of a database',
    stack({
      images: { db: 'postgres:16' },
      containers: { db: [buildContainer('db', { imageReference: 'postgres:16' })] },
    }),
    {},
    [],
  ],
  [
    'a container from before Compose had labels',
    stack({ containers: { api: [buildContainer('api', { labels: { [LABELS.service]: 'api' } })] } }),
    {},
    [],
  ],
])('%s', (_title, given, images, expected) => {
  expect(drift(given, images)).toEqual(expected)
})
