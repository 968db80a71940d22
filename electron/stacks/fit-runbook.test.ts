// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { expect, test } from 'vitest'
import { checkReferences } from '../../shared/runbook/check-references.ts'
import { type Runbook, type RunbookInput, runbookSchema } from '../../shared/runbook/schema.ts'
import type { ComposeModel, ComposeService } from '../docker/compose.ts'
import { buildService } from './container-fixture.ts'
import { fitRunbook } from './fit-runbook.ts'

function model(...services: readonly (string | Partial<ComposeService>)[]): ComposeModel {
  const full = services.map((one) => (typeof one === 'string' ? buildService(one) : buildService(one.name ?? '', one)))
  return {
    name: 'acme',
    services: Object.fromEntries(full.map((service) => [service.name, service])),
    volumes: {},
    networks: {},
    warnings: [],
  }
}

function parse(input: Partial<RunbookInput>): Runbook {
  const base = { slipway: 1 as const, id: 'acme', name: 'Acme', match: { images: ['**/acme/*'] } }
  const runbook = runbookSchema.parse({ ...base, services: [{ name: 'api' }], ...input })
  expect(checkReferences(runbook)).toEqual([])
  return runbook
}

const request = (service: string, more: object = {}) => ({ service, port: 80, path: '/health', ...more })

/** Every kind of reference to a service. */
const everywhere: Partial<RunbookInput> = {
  versions: { service: 'api', reported: { http: request('api'), json: 'version' } },
  services: [
    { name: 'api', aliases: ['backend', 'server'], after: ['db'] },
    { name: 'db', aliases: ['store'], optional: true, upgrade: false },
  ],
  probes: [
    { id: 'http', when: { service: 'api', beside: ['api'] }, http: request('api'), healthy: { status: [200] } },
    { id: 'tcp', tcp: { service: 'api', port: 80 } },
    { id: 'tls', tls: { service: 'api', port: 443, serverName: 'a.example' } },
    { id: 'command', command: { service: 'api', argv: ['true'] } },
    { id: 'container', container: { service: 'db' } },
    { id: 'query', query: { dataset: 'main', sql: 'SELECT 1' } },
  ],
  migrations: { at: 'boot', service: 'api', schemaVersions: [{ dataset: 'main', query: 'SELECT 1' }] },
  backup: {
    datasets: [
      { kind: 'postgres', id: 'main', service: 'db', database: 'app' },
      { kind: 'volume', id: 'files', service: 'api', path: '/data', when: { service: 'api', variable: 'FILES' } },
    ],
    stop: ['api'],
    pause: ['db'],
    secrets: ['key', 'db-password'],
  },
  smokeTest: {
    steps: [{ title: 'Ask', when: { service: 'api' }, http: request('api'), expect: { status: [200] } }],
    cleanup: [{ title: 'Clean', http: request('api'), expect: { status: [200] } }],
  },
  secrets: [
    { id: 'key', service: 'api', variable: 'KEY', rotation: { how: 'replace', impact: 'x', services: ['api', 'db'] } },
    { id: 'db-password', service: 'db', variable: 'PASSWORD' },
  ],
  logs: { api: { format: 'json' }, db: { format: 'postgresql' } },
}

test('services have the names of the stack, wherever they are named', () => {
  const written = parse(everywhere)
  const { runbook, leftOut, missing } = fitRunbook(
    written,
    model({ name: 'backend', environment: { FILES: '/data' } }, 'store'),
  )
  expect({ leftOut, missing }).toEqual({ leftOut: [], missing: [] })
  const count = ({ services, ...rest }: Runbook, name: string) =>
    JSON.stringify([rest, services.map(({ aliases: _, ...service }) => service)]).split(`"${name}"`).length - 1
  expect([count(runbook, 'api'), count(runbook, 'db')]).toEqual([0, 0])
  expect(count(runbook, 'backend')).toBe(count(written, 'api'))
  expect(count(runbook, 'store')).toBe(count(written, 'db'))
})

test('its own name counts before an alias, and an alias before a later one', () => {
  const written = parse({ services: [{ name: 'api', aliases: ['backend', 'server'] }] })
  const nameIn = (...services: string[]) => fitRunbook(written, model(...services)).runbook.services[0]?.name
  expect(nameIn('server', 'backend', 'api')).toBe('api')
  expect(nameIn('server', 'backend')).toBe('backend')
  expect(nameIn('server')).toBe('server')
})

test('whatever leads to an optional service that is absent is left out, with the reason', () => {
  const { runbook, leftOut, missing } = fitRunbook(parse(everywhere), model('api'))
  expect(missing).toEqual([])
  expect(leftOut.map(({ section, name, reason }) => `${section} ${name}: ${reason}`)).toEqual([
    'services db: It may be absent from a stack, and is absent from this one.',
    'backup main: It is about db, which this stack does not have.',
    'backup files: FILES is not set for api.',
    'secrets db-password: It is about db, which this stack does not have.',
    'probes container: It is about db, which this stack does not have.',
    'probes query: It is about db, which this stack does not have.',
    'migrations main: It asks the data set main, which was left out.',
    'logs db: It is about db, which this stack does not have.',
  ])
  expect(runbook.backup).toBeUndefined()
  expect(JSON.stringify(runbook)).not.toMatch(/"(db|main|db-password)"/)
})

test('a data set may be set up by another service, whatever that is called here', () => {
  const written = parse({
    services: [{ name: 'api', aliases: ['backend'] }, { name: 'storage' }],
    secrets: [{ id: 'key', service: 'storage', variable: 'KEY' }],
    backup: {
      datasets: [
        {
          kind: 'bucket',
          id: 'objects',
          service: 'storage',
          port: 9000,
          bucket: '${env:api/S3_BUCKET:-files}',
          accessKey: 'key',
          secretKey: 'key',
        },
      ],
    },
  })
  const { runbook } = fitRunbook(written, model('backend', 'storage'))
  expect(runbook.backup?.datasets[0]).toMatchObject({ bucket: '${env:backend/S3_BUCKET:-files}' })
})

test.each<[string, string, Record<string, string>, string]>([
  ['a variable', '${env:FILES}', { FILES: '/srv/a' }, '/srv/a'],
  ['a variable instead of what is usual', '${env:FILES:-/srv/files}', { FILES: '/srv/a' }, '/srv/a'],
  ['what is usual', '${env:FILES:-/srv/files}', {}, '/srv/files'],
  ['what is usual, for an empty variable', '${env:FILES:-/srv/files}', { FILES: '' }, '/srv/files'],
  ['a variable of another service', '${env:worker/FILES:-/srv/files}', { FILES: '/srv/a' }, '/srv/w'],
  ['nothing', '${env:FILES}', {}, '${env:FILES}'],
])('the path of files is %s', (_title, path, environment, found) => {
  const services = [{ name: 'api' }, { name: 'worker' }]
  const backup = { datasets: [{ kind: 'volume' as const, id: 'files', service: 'api', path }] }
  const stack = model({ name: 'api', environment }, { name: 'worker', environment: { FILES: '/srv/w' } })
  expect(fitRunbook(parse({ services, backup }), stack).runbook.backup?.datasets[0]).toMatchObject({ path: found })
})

test('a data set that is left out takes the queries of it along', () => {
  const data = { when: { service: 'api', variable: 'SQLITE' }, kind: 'sqlite', id: 'main', service: 'api', path: '/a' }
  const other = { kind: 'sqlite', id: 'other', service: 'api', path: '/b' }
  const { runbook, leftOut } = fitRunbook(
    parse({
      probes: [{ id: 'rows', query: { dataset: 'main', sql: 'SELECT 1' } }],
      backup: { datasets: [data, other] as never },
    }),
    model('api'),
  )
  expect(runbook.backup?.datasets.map(({ id }) => id)).toEqual(['other'])
  expect(leftOut.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    'main: SQLITE is not set for api.',
    'rows: It asks the data set main, which was left out.',
  ])
})

test('what leads to a service that has to be there is kept, and the service is told', () => {
  const written = parse({
    services: [{ name: 'api' }, { name: 'db' }],
    backup: { datasets: [{ kind: 'postgres', id: 'main', service: 'db', database: 'app' }] },
    secrets: [{ id: 'key', service: 'db', variable: 'KEY' }],
  })
  const { runbook, leftOut, missing } = fitRunbook(written, model('api'))
  expect({ leftOut, missing }).toEqual({ leftOut: [], missing: ['db'] })
  expect(runbook.backup?.datasets).toHaveLength(1)
  expect(runbook.secrets).toHaveLength(1)
})

test('the secret of a data set stays, even where its service is absent', () => {
  const written = parse({
    services: [{ name: 'api' }, { name: 'vault', optional: true }],
    secrets: [
      { id: 'redis-password', service: 'vault', variable: 'REDIS' },
      { id: 'other', service: 'vault', variable: 'OTHER' },
    ],
    backup: { datasets: [{ kind: 'redis', id: 'jobs', service: 'api', password: 'redis-password' }] },
  })
  expect(fitRunbook(written, model('api')).runbook.secrets.map(({ id }) => id)).toEqual(['redis-password'])
})

test('requests with a secret that is left out are left out as well', () => {
  const headers = { Authorization: 'Bearer ${secret:token}' }
  const written = parse({
    versions: { reported: { http: request('api', { headers }), json: 'version' } },
    services: [{ name: 'api' }, { name: 'auth', optional: true }],
    secrets: [{ id: 'token', service: 'auth', variable: 'TOKEN' }],
    probes: [{ id: 'deep', http: request('api', { headers }), healthy: { status: [200] } }],
    smokeTest: { steps: [{ title: 'Ask', http: request('api', { headers }), expect: { status: [200] } }] },
  })
  const { runbook, leftOut } = fitRunbook(written, model('api'))
  const reason = 'It needs the secret token, which was left out.'
  expect(leftOut.filter((one) => one.reason === reason).map(({ section, name }) => `${section} ${name}`)).toEqual([
    'probes deep',
    'smokeTest Ask',
    'versions reported',
  ])
  expect([runbook.probes, runbook.smokeTest, runbook.versions.reported]).toEqual([[], undefined, undefined])
})

test('steps that use what an absent step would have captured are left out, until another captures it', () => {
  const when = { service: 'api', variable: 'NEW' }
  const step = (title: string, more: object) => ({ title, http: request('api'), expect: { status: [200] }, ...more })
  const use = { http: request('api', { path: '/${capture:id}' }) }
  const capture = { capture: { id: 'id' } }
  const written = parse({
    smokeTest: {
      steps: [
        step('create anew', { when, ...capture }),
        step('read', use),
        step('create', capture),
        step('read again', use),
        step('expect it', { expect: { text: { contains: '${capture:id}' } } }),
      ],
      cleanup: [step('delete', use)],
    },
  })
  const { runbook, leftOut } = fitRunbook(written, model('api'))
  expect(runbook.smokeTest?.steps.map(({ title }) => title)).toEqual(['create', 'read again', 'expect it'])
  expect(runbook.smokeTest?.cleanup).toHaveLength(1)
  expect(leftOut.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    'create anew: NEW is not set for api.',
    'read: It uses “id” of a step that was left out.',
  ])
})

test('where the service that migrates is absent, only the versions of the schemas are known', () => {
  const written = parse({
    services: [{ name: 'api' }, { name: 'migrate', optional: true, kind: 'one-shot' }],
    backup: { datasets: [{ kind: 'sqlite', id: 'main', service: 'api', path: '/a' }] },
    migrations: { at: 'one-shot', service: 'migrate', schemaVersions: [{ dataset: 'main', query: 'SELECT 1' }] },
  })
  expect(fitRunbook(written, model('api')).runbook.migrations).toMatchObject({
    at: 'boot',
    schemaVersions: [{ dataset: 'main' }],
  })
  expect(fitRunbook(written, model('api', 'migrate')).runbook.migrations.at).toBe('one-shot')
})

test('where the service that migrates is absent, a command stands in for it if the stack is set up so', () => {
  const written = parse({
    services: [
      { name: 'api', aliases: ['web'] },
      { name: 'migrate', optional: true, kind: 'one-shot' },
      { name: 'db', optional: true },
    ],
    migrations: {
      at: 'one-shot',
      service: 'migrate',
      timeoutSeconds: 30,
      instead: { when: { service: 'db' }, service: 'api', argv: ['acme', 'migrate'] },
    },
  })
  const migrationsOn = (...services: string[]) => fitRunbook(written, model(...services)).runbook.migrations
  expect(migrationsOn('web', 'db')).toEqual({
    at: 'before-switch',
    service: 'web',
    argv: ['acme', 'migrate'],
    timeoutSeconds: 30,
    schemaVersions: [],
  })
  expect(migrationsOn('web', 'db', 'migrate')).toMatchObject({ at: 'one-shot', service: 'migrate' })
  expect(migrationsOn('web').at).toBe('boot')
})

test('services come after those that they have to wait for', () => {
  const written = parse({
    services: [
      { name: 'web', after: ['migrate'] },
      { name: 'api' },
      { name: 'migrate', after: ['gone', 'api'] },
      { name: 'gone', optional: true },
    ],
  })
  const { runbook } = fitRunbook(written, model('web', 'api', 'migrate'))
  expect(runbook.services.map(({ name, after }) => `${name} ${after.join()}`)).toEqual([
    'api ',
    'migrate api',
    'web migrate',
  ])
})

test('fitting what is fitted changes nothing', () => {
  const stack = model({ name: 'backend', environment: { FILES: '/data' } }, 'store')
  const { runbook } = fitRunbook(parse(everywhere), stack)
  expect(fitRunbook(runbook, stack).runbook).toEqual(runbook)
})
