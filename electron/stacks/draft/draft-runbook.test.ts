import { describe, expect, test } from 'vitest'
import type { ComposeService } from '../../docker/compose.ts'
import { buildService } from '../container-fixture.ts'
import { deriveRunbook } from '../generic-runbook.ts'
import { loadRunbook } from '../runbook-loader.ts'
import { draftRunbook } from './draft-runbook.ts'

function stackOf(services: readonly ComposeService[]): Parameters<typeof draftRunbook>[0] {
  const byName = Object.fromEntries(services.map((service) => [service.name, service]))
  const model = { name: 'acme', services: byName, volumes: {}, networks: {}, warnings: [] }
  return {
    ref: { hostId: 'vm', project: 'acme' },
    model,
    pins: {},
    runbook: deriveRunbook(model),
    runbookSource: 'generic',
  }
}

const volume = (target: string, change: Partial<ComposeService['volumes'][number]> = {}) => {
  return { type: 'volume', source: 'data', target, readOnly: false, ...change }
}

describe('a first runbook', () => {
  const text = draftRunbook(
    stackOf([
      buildService('db', {
        image: 'postgres:17',
        environment: { POSTGRES_PASSWORD: 'hunter-2-hunter', POSTGRES_USER: 'acme', POSTGRES_DB: 'shop' },
        volumes: [volume('/var/lib/postgresql/data')],
      }),
      buildService('cache', {
        image: 'redis:8',
        environment: { REDIS_PASSWORD: 'hunter-4-hunter' },
        volumes: [volume('/data')],
      }),
      buildService('web: main', {
        image: 'registry.example.com:5000/acme/web:v1.2.3',
        dependsOn: { db: { condition: 'service_healthy' } },
        environment: { API_KEY: 'hunter-3-hunter', COLOUR: 'red' },
        ports: [{ target: 3000, published: '80', hostIp: null, protocol: 'tcp' }],
        volumes: [
          volume('/srv/files'),
          volume('/srv/uploads', { type: 'bind', source: '/srv/acme/uploads' }),
          volume('/etc/acme.yaml', { type: 'bind', source: '/srv/acme/acme.yaml' }),
          volume('/ro', { readOnly: true }),
        ],
      }),
    ]),
    'acme',
  )
  const { runbook, problems } = loadRunbook(text, 'acme.yaml')

  test('is valid as it is, and holds no secret', () => {
    expect(problems).toEqual([])
    expect(text).not.toContain('hunter')
  })

  test('says what the Compose file says', () => {
    expect(runbook).toMatchObject({
      id: 'acme',
      name: 'Acme',
      match: { images: ['**/acme/web'] },
      versions: { tagPrefix: 'v', dataCompatible: 'never' },
      services: [
        { name: 'db', upgrade: false },
        { name: 'cache', upgrade: false },
        { name: 'web: main', upgrade: true },
      ],
      backup: {
        datasets: [
          { kind: 'postgres', id: 'db', service: 'db', database: '$' + '{env:POSTGRES_DB}' },
          { kind: 'redis', id: 'cache', service: 'cache', password: 'cache-redis-password' },
          { kind: 'volume', id: 'web-main-srv-files', service: 'web: main', path: '/srv/files' },
          { kind: 'volume', id: 'web-main-srv-uploads', path: '/srv/uploads' },
        ],
      },
      secrets: [
        { id: 'db-postgres-password', service: 'db', variable: 'POSTGRES_PASSWORD' },
        { id: 'cache-redis-password', service: 'cache', variable: 'REDIS_PASSWORD' },
        { id: 'web-main-api-key', service: 'web: main', variable: 'API_KEY' },
      ],
    })
  })

  test('stays valid when its examples are taken out of their comments', () => {
    const probes = /(?:^# {1,3}[-p ].*\n)+/m.exec(text.slice(text.indexOf('# probes:')))?.[0].replaceAll(/^# ?/gm, '')
    expect(probes).toContain('port: 3000')
    expect(loadRunbook(`${text}\n${probes}`, 'acme.yaml').problems).toEqual([])
  })
})

test.each([
  ['nothing but a build', [buildService('web', { image: null, build: true })]],
  ['names that YAML would take for something else', [buildService('null'), buildService('1'), buildService('yes')]],
  ['a database alone', [buildService('postgres', { image: 'postgres:17' })]],
  ['the same variable twice', [buildService('a', { environment: { A_KEY: 'x', 'A-KEY': 'y' } })]],
  ['no service', []],
])('the draft of a stack with %s is valid', (_title, services) => {
  expect(loadRunbook(draftRunbook(stackOf(services), 'acme'), 'acme.yaml').problems).toEqual([])
})

test('of a stack with a runbook of the app’s, it changes that one', () => {
  const written = 'slipway: 1\nid: base\nname: Base\nmatch: { images: [acme/web] }\nservices: [{ name: web }]\n'
  const base = loadRunbook(written, 'base.yaml', 'built-in')
  if (base.runbook === null) throw new Error('the base is broken')
  const text = draftRunbook({ ...stackOf([]), runbook: base.runbook, runbookSource: 'built-in' }, 'base')
  expect(loadRunbook(text, 'mine.yaml', 'user', base.layers)).toMatchObject({ problems: [], runbook: { id: 'base' } })
})
