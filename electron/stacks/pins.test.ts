// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Compose files refer to variables
import { expect, test } from 'vitest'
import type { ImagePin } from '../../shared/contract/stacks.ts'
import { buildService } from './container-fixture.ts'
import { buildPins } from './pins.ts'

const compose = '/srv/acme/compose.yaml'
const env = '/srv/acme/.env'

function pin(image: string | null, written: string, envText?: string): ImagePin | undefined {
  const model = {
    name: 'acme',
    services: { api: buildService('api', { image }) },
    volumes: {},
    networks: {},
    warnings: [],
  }
  const sources = {
    compose: [{ path: compose, text: `services:\n  api:\n    image: ${written}\n` }],
    env: envText === undefined ? [] : [{ path: env, text: envText }],
  }
  return buildPins(model, sources, { versions: { tagPrefix: '' }, services: [] }).api
}

test.each<[string, string, string, string | undefined, ImagePin['location']]>([
  [
    'in the Compose file',
    'acme/api:1.0.0',
    'acme/api:1.0.0',
    undefined,
    { kind: 'compose', file: compose, line: 3, column: 21 },
  ],
  [
    'in the .env file',
    'acme/api:1.0.0',
    'acme/api:${V}',
    '# x\nV=1.0.0\n',
    { kind: 'variable', file: env, variable: 'V', line: 2 },
  ],
  [
    'in a new line of the .env file',
    'acme/api:1.0.0',
    'acme/api:${V:-1.0.0}',
    'A=1\n',
    { kind: 'variable', file: env, variable: 'V', line: 2 },
  ],
  [
    'in a new line behind an open one',
    'acme/api:1.0.0',
    'acme/api:${V:-1.0.0}',
    'A=1',
    { kind: 'variable', file: env, variable: 'V', line: 2 },
  ],
  [
    'in the default',
    'acme/api:1.0.0',
    'acme/api:${V:-1.0.0}',
    undefined,
    { kind: 'compose', file: compose, line: 3, column: 26 },
  ],
  ['nowhere that Slipway sees: the shell has another value', 'acme/api:2.0.0', 'acme/api:${V:-1.0.0}', 'A=1\n', null],
  ['nowhere that Slipway sees: another file says it', 'acme/api:2.0.0', 'acme/api:1.0.0', undefined, null],
])('the version is written %s', (_title, image, written, envText, location) => {
  expect(pin(image, written, envText)?.location).toEqual(location)
})

test.each([
  ['acme/api:1.0.0', false],
  ['acme/api:latest', true],
  ['acme/api', true],
  [`acme/api:latest@sha256:${'0'.repeat(64)}`, false],
])('%s moves: %s', (image, moving) => {
  expect(pin(image, image)?.moving).toBe(moving)
})

test('a service that is built has no pin', () => {
  expect(pin(null, 'acme/api:1.0.0')).toBeUndefined()
})
