import { expect, test } from 'vitest'
import type { ComposeModel, ComposeService } from '../docker/compose.ts'
import { deriveRunbook } from './generic-runbook.ts'

function model(services: Record<string, Partial<ComposeService>>): ComposeModel {
  const full = Object.entries(services).map(([name, service]): [string, ComposeService] => [
    name,
    {
      name,
      image: null,
      build: false,
      environment: {},
      dependsOn: {},
      ports: [],
      volumes: [],
      hasHealthcheck: false,
      restart: null,
      memoryLimitBytes: null,
      profiles: [],
      scale: 1,
      ...service,
    },
  ])
  return { name: 'acme', services: Object.fromEntries(full), volumes: {}, networks: {}, warnings: [] }
}

const healthy = { condition: 'service_healthy' }
const completed = { condition: 'service_completed_successfully' }

test('services come in the order of their dependencies', () => {
  const runbook = deriveRunbook(
    model({
      web: { image: 'acme/web:1.0.0', dependsOn: { api: healthy } },
      api: { image: 'acme/api:1.0.0', dependsOn: { db: healthy, migrate: completed } },
      migrate: { image: 'acme/api:1.0.0', restart: 'no', dependsOn: { db: healthy } },
      db: { image: 'postgres:16.8-alpine', restart: 'always' },
    }),
  )
  expect(runbook.services.map(({ name, kind, upgrade }) => `${name} ${kind} ${upgrade}`)).toEqual([
    'db service false',
    'migrate one-shot true',
    'api service true',
    'web service true',
  ])
  expect(runbook.versions.dataCompatible).toBe('never')
  expect(runbook.backup).toBeUndefined()
})

test('a dependency on nobody, or in a circle, does no harm', () => {
  const runbook = deriveRunbook(
    model({ a: { dependsOn: { b: healthy, gone: healthy } }, b: { dependsOn: { a: healthy } } }),
  )
  expect(runbook.services.map(({ name }) => name)).toEqual(['b', 'a'])
})

test.each([
  ['restarted by the engine', { restart: 'unless-stopped' }, completed, 'service'],
  ['waited for to be healthy', { restart: 'no' }, healthy, 'service'],
  ['waited for to end', {}, completed, 'one-shot'],
] as const)('a service that is %s', (_title, service, condition, kind) => {
  const runbook = deriveRunbook(
    model({ job: { image: 'acme/job:1.0.0', ...service }, api: { dependsOn: { job: condition } } }),
  )
  expect(runbook.services[0]?.kind).toBe(kind)
})

test.each([
  ['acme/api:1.0.0', true],
  ['ghcr.io/acme/nginx-site:1.0.0', true],
  ['bitnami/postgresql:16', false],
  ['docker.io/library/redis:7', false],
  ['traefik:v3.1', false],
  ['localhost:5000/mirror/caddy:2', false],
])('%s is upgraded with the product: %s', (image, upgrade) => {
  expect(deriveRunbook(model({ one: { image } })).services[0]?.upgrade).toBe(upgrade)
})

test('what is built on the host has no version to upgrade to', () => {
  expect(deriveRunbook(model({ one: { image: 'acme-one', build: true } })).services[0]?.upgrade).toBe(false)
  expect(deriveRunbook(model({ one: { build: true } })).services[0]?.upgrade).toBe(false)
})

test('the prefix of the tags is read from the product, not from its proxy', () => {
  expect(
    deriveRunbook(model({ api: { image: 'acme/api:v1.4.2' }, proxy: { image: 'nginx:1.27.0' } })).versions.tagPrefix,
  ).toBe('v')
  expect(
    deriveRunbook(model({ api: { image: 'acme/api:1.4.2' }, proxy: { image: 'traefik:v3.1.0' } })).versions.tagPrefix,
  ).toBe('')
})

test('a stack without services still has a runbook', () => {
  expect(deriveRunbook(model({})).id).toBe('generic')
})

test('beside releases, an image whose tag is no version is a database by another name', () => {
  const upgraded = (services: Record<string, Partial<ComposeService>>) =>
    deriveRunbook(model(services)).services.flatMap(({ name, upgrade }) => (upgrade ? [name] : []))
  const store = { image: 'acme/store:17' }
  expect(upgraded({ web: { image: 'acme/web:1.4.2' }, store })).toEqual(['web'])
  expect(upgraded({ web: { image: 'acme/web:v1.4.2' }, store })).toEqual(['web'])
  expect(upgraded({ web: { image: 'acme/web:latest' }, store })).toEqual(['web', 'store'])
  const api = { image: `acme/api@sha256:${'0'.repeat(64)}` }
  expect(upgraded({ web: { image: 'acme/web:1.4.2' }, api })).toEqual(['web', 'api'])
})
