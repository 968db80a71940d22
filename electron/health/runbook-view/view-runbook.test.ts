import { expect, test } from 'vitest'
import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { ComposeService } from '../../docker/compose.ts'
import { buildContainer, buildService } from '../../stacks/container-fixture.ts'
import { fitRunbook } from '../../stacks/fit-runbook.ts'
import { loadRunbook } from '../../stacks/runbook-loader.ts'
import type { Stack } from '../../stacks/stack.ts'
import { viewRunbook } from './view-runbook.ts'

const PASSWORD = 'correct-horse-battery'

const written = `
slipway: 1
id: acme
name: Acme
match: { images: ["**/acme/api", "**/acme/other"] }
versions: { dataCompatible: within-minor, forwardOnly: [{ version: 2.0.0, reason: Rewrites all rows. }] }
services:
  - { name: db, upgrade: false }
  - { name: api, after: [db] }
  - { name: mailer }
  - { name: cache, optional: true }
probes:
  - id: ready
    http:
      service: api
      port: 8080
      path: "/ready?key=\${secret:key}"
      host: "\${env:DOMAIN}"
      headers: { Authorization: "Bearer \${secret:key}" }
    healthy: { status: [200, 204], json: [{ path: checks.db, equals: up }] }
  - { id: old, versions: <1.0.0, tcp: { service: api, port: 8080 } }
  - { id: cached, tcp: { service: cache, port: 6379 } }
  - { id: rows, query: { dataset: main, sql: SELECT count(*) FROM jobs }, healthy: { atMost: 9 } }
migrations:
  at: boot
  service: api
  schemaVersions: [{ dataset: main, query: SELECT v FROM s, expected: [{ versions: 1.x, value: "12" }] }]
backup:
  datasets:
    - { kind: postgres, id: main, service: db, database: "\${env:POSTGRES_DB}", user: "\${env:POSTGRES_USER}" }
    - { kind: volume, id: files, service: api, path: /srv/files/inbox }
    - { kind: volume, id: lost, service: api, path: /tmp/lost }
  pause: [api]
smokeTest:
  writes: true
  steps:
    - title: Write
      http: { service: api, port: 8080, method: POST, path: /notes, body: { key: "\${secret:key}", id: "\${run:id}" } }
      expect: { status: [201] }
      capture: { note: id }
secrets:
  - { id: key, service: api, variable: API_KEY, rule: { minLength: 64 } }
  - { id: gone, service: api, variable: NOT_THERE }
logs: { api: { format: json, fields: [path] } }
`

function stackOf(services: readonly ComposeService[], containers: Stack['containers']): Stack {
  const { runbook, problems, layers } = loadRunbook(written, '/runbooks/acme.yaml')
  if (runbook === null) throw new Error(problems[0]?.message)
  const byName = Object.fromEntries(services.map((service) => [service.name, service]))
  const model = { name: 'acme', services: byName, volumes: {}, networks: {}, warnings: [] }
  const { runbook: fitted, leftOut, missing } = fitRunbook(runbook, model)
  const location = { kind: 'compose', file: '/srv/acme/compose.yaml', line: 7, column: 12 } as const
  const pin = { reference: 'reg/acme/api:1.4.0', repository: 'reg/acme/api', tag: '1.4.0', digest: null, moving: false }
  return {
    ref: { hostId: 'vm', project: 'acme' },
    model,
    containers,
    runbook: fitted,
    runbookSource: 'user',
    binding: { written: runbook, layers, problems: [], leftOut, missing },
    pins: { api: { ...pin, location } },
  } as unknown as Stack
}

const view = viewRunbook(
  stackOf(
    [
      buildService('db', { environment: { POSTGRES_DB: 'shop', POSTGRES_PASSWORD: PASSWORD } }),
      buildService('api', { image: 'reg/acme/api:1.4.0', environment: { API_KEY: PASSWORD, DOMAIN: 'acme.example' } }),
      buildService('proxy'),
    ],
    {
      db: [buildContainer('db')],
      api: [
        buildContainer('api', {
          imageReference: 'reg/acme/api:1.4.0',
          ports: [{ containerPort: 8080, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 18080 }],
          mounts: [{ type: 'volume', name: 'acme_files', source: '/var/lib/x', destination: '/srv/files' }],
        }),
      ],
    },
  ),
)

function find(id: RunbookSection['id'], name: string): RunbookEntry {
  const found = view.sections.find((section) => section.id === id)?.entries.find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`There is no ${name} in ${id}.`)
  return found
}

const factsOf = (id: RunbookSection['id'], name: string) =>
  Object.fromEntries(find(id, name).facts.map(({ label, value }) => [label, value]))

test('no secret is anywhere in it', () => expect(JSON.stringify(view)).not.toContain(PASSWORD))

test('a request is shown as it is sent, with secrets masked and variables filled in', () => {
  expect(find('probes', 'ready').code).toBe(
    'GET http://127.0.0.1:18080/ready?key=••••••\nHost: acme.example\nAuthorization: Bearer ••••••',
  )
  expect(factsOf('probes', 'ready')).toMatchObject({ Healthy: 'status 200 or 204; checks.db is "up"' })
  expect(find('smoke-test', 'Write').code).toContain(`{"key":"••••••","id":"\${run:id}"}`)
})

test('what does not count here says why', () => {
  expect(find('probes', 'old')).toMatchObject({ state: 'off', word: 'Not for 1.4.0' })
  expect(find('probes', 'cached')).toMatchObject({ state: 'off', note: expect.stringContaining('cache') })
  expect(find('match', '**/acme/other')).toMatchObject({ state: 'off', word: 'Fits none' })
  expect(find('services', 'proxy')).toMatchObject({ state: 'off', word: 'Not in the runbook' })
})

test('what is missing is told, at the top and at its place', () => {
  expect(view.misfits).toEqual(['The runbook needs the service mailer, and this stack has none of that name.'])
  expect(find('services', 'mailer')).toMatchObject({ state: 'warn', word: 'Missing' })
})

test('the pin says where the version is written', () => {
  expect(factsOf('versions', 'api')).toEqual({
    Image: 'reg/acme/api:1.4.0',
    Version: '1.4.0',
    'Written in': '/srv/acme/compose.yaml:7',
  })
  expect(find('versions', '2.0.0')).toMatchObject({ word: 'Forward only', note: 'Rewrites all rows.' })
})

test('data sets are found where the containers have them, or not', () => {
  expect(find('backup', 'main')).toMatchObject({
    state: 'warn',
    word: 'Not set',
    note: 'POSTGRES_USER of db is not set.',
  })
  expect(factsOf('backup', 'main')).toMatchObject({ Database: 'shop (POSTGRES_DB)' })
  expect(find('backup', 'files')).toMatchObject({ state: 'ok', word: 'Found' })
  expect(factsOf('backup', 'files')).toMatchObject({ Volume: 'acme_files' })
  expect(find('backup', 'lost')).toMatchObject({ state: 'warn', note: expect.stringContaining('in no volume') })
})

test('secrets are judged by their rules and never shown', () => {
  expect(find('secrets', 'key')).toMatchObject({ state: 'warn', word: 'Too short' })
  expect(find('secrets', 'gone')).toMatchObject({ state: 'warn', word: 'Not set' })
})

test('the schema that goes with the running version is named', () => {
  expect(factsOf('migrations', 'main')).toEqual({ 'Moves with': 'api', 'Expected with 1.4.0': '12' })
})
