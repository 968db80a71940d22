import { expect, test } from 'vitest'
import type { When } from './condition-schema.ts'
import { explainWhen } from './when-holds.ts'

const setup = {
  api: { repository: 'ghcr.io/acme/api', environment: { STORE: 's3', EMPTY: '', NOTHING: null, TOKEN: 'hidden-word' } },
  built: { repository: null, environment: {} },
}

test.each<[string, When | undefined, string | null]>([
  ['nothing is asked', undefined, null],
  ['the service is there', { service: 'api' }, null],
  ['the service is absent', { service: 'db' }, 'There is no service db in this stack.'],
  ['a name is that of an inherited property', { service: 'toString' }, 'There is no service toString in this stack.'],
  ['one beside it is there', { service: 'api', beside: ['built'] }, null],
  ['one beside it is absent', { service: 'api', beside: ['built', 'db'] }, 'There is no service db in this stack.'],
  ['the image fits', { service: 'api', image: '**/acme/api' }, null],
  [
    'the image is another',
    { service: 'api', image: '**/other' },
    'The image of api is ghcr.io/acme/api, and not **/other.',
  ],
  ['there is no image', { service: 'built', image: '**/x' }, 'The image of built is built on the host, and not **/x.'],
  ['the variable is set', { service: 'api', variable: 'STORE' }, null],
  ['the variable is missing', { service: 'api', variable: 'OTHER' }, 'OTHER is not set for api.'],
  ['the variable is empty', { service: 'api', variable: 'EMPTY' }, 'EMPTY is not set for api.'],
  ['the variable is null', { service: 'api', variable: 'NOTHING' }, 'NOTHING is not set for api.'],
  ['the value matches', { service: 'api', variable: 'STORE', matches: '^s3$' }, null],
  [
    'the value does not match, and is not told',
    { service: 'api', variable: 'TOKEN', matches: '^x' },
    'TOKEN of api does not match ^x.',
  ],
])('%s', (_title, when, expected) => {
  expect(explainWhen(when, setup)).toBe(expected)
})
