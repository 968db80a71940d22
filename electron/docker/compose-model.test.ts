import { expect, it } from 'vitest'
import { parseComposeModel, parseConfigHashes, parseWarnings } from './compose-model.ts'

const model = (services: unknown, rest: object = {}) => JSON.stringify({ name: 'shop', services, ...rest })

it('reads what Slipway uses of a service', () => {
  const web = {
    image: 'shop/web:1',
    environment: { A: 'x', B: null },
    depends_on: { db: { condition: 'service_healthy', required: true } },
    ports: [{ mode: 'ingress', host_ip: '127.0.0.1', target: 80, published: '8080', protocol: 'tcp' }],
    volumes: [{ type: 'bind', source: '/srv/x', target: '/x', read_only: true, bind: {} }],
    healthcheck: { test: ['CMD', 'true'] },
    restart: 'always',
    mem_limit: '31457280',
    deploy: { replicas: 2 },
  }
  expect(parseComposeModel(model({ web }), '').services.web).toEqual({
    name: 'web',
    image: 'shop/web:1',
    build: false,
    environment: { A: 'x', B: null },
    dependsOn: { db: { condition: 'service_healthy', required: true } },
    ports: [{ target: 80, published: '8080', hostIp: '127.0.0.1', protocol: 'tcp' }],
    volumes: [{ type: 'bind', source: '/srv/x', target: '/x', readOnly: true }],
    hasHealthcheck: true,
    restart: 'always',
    memoryLimitBytes: 31_457_280,
    profiles: [],
    scale: 2,
  })
})

it.each([
  [undefined, false],
  [{ disable: true, test: ['CMD', 'x'] }, false],
  [{ test: ['NONE'] }, false],
  [{ test: ['CMD-SHELL', 'x'] }, true],
])('a health check written as %o counts: %s', (healthcheck, expected) => {
  expect(parseComposeModel(model({ web: { healthcheck } }), '').services.web?.hasHealthcheck).toBe(expected)
})

it('knows volumes and networks by their names in the engine', () => {
  const rest = {
    volumes: { data: { name: 'shop_data' }, other: null },
    networks: { default: { name: 'shop_default' } },
  }
  expect(parseComposeModel(model({}, rest), '')).toMatchObject({
    volumes: { data: 'shop_data', other: 'shop_other' },
    networks: { default: 'shop_default' },
  })
})

it('collects warnings, each once, and nothing else', () => {
  const line =
    'time="2026-11-21T06:28:00Z" level=warning msg="The \\"API_KEY\\" variable is not set. Defaulting to a blank string."'
  const info = 'time="2026-11-21T06:28:00Z" level=info msg="fine"'
  expect(parseWarnings(`${line}\n${line}\n${info}\nWARNING: old words\n`)).toEqual([
    'The "API_KEY" variable is not set. Defaulting to a blank string.',
    'WARNING: old words',
  ])
})

it('reads config hashes by service', () => {
  expect(parseConfigHashes('web 0a1b\ndb 2c3d\n\n')).toEqual({ web: '0a1b', db: '2c3d' })
})
