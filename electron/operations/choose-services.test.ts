import { describe, expect, test } from 'vitest'
import type { ImagePin } from '../../shared/contract/stacks.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { chooseServices, chooseTargets } from './choose-services.ts'

const pin = (service: string, variable?: string): ImagePin => ({
  reference: `acme/${service}:1.0.0`,
  repository: `acme/${service}`,
  tag: '1.0.0',
  digest: null,
  moving: false,
  location:
    variable === undefined
      ? { kind: 'compose', file: 'compose.yaml', line: 1, column: 1 }
      : { kind: 'variable', file: '.env', variable, line: 1 },
})
/** Two services take their version from one variable, two have their own. */
const stack = {
  ref: { hostId: 'h', project: 'acme' },
  model: { services: {} },
  pins: { api: pin('api', 'VERSION'), worker: pin('worker', 'VERSION'), web: pin('web'), tracker: pin('tracker') },
  runbook: runbookSchema.parse({
    slipway: 1,
    id: 'acme',
    name: 'Acme',
    match: { images: ['acme/*'] },
    services: ['api', 'worker', 'web', 'tracker'].map((name) => ({ name })),
  }),
}
const choose = (target: string | Record<string, string>, services: string[] = []) =>
  chooseTargets(stack, target, { services }).map(({ service, version }) => `${service} ${version}`)

describe('what each service of an upgrade goes to', () => {
  test.each<[string, string | Record<string, string>, string[], string[]]>([
    ['one version for all', '1.1.0', [], ['api 1.1.0', 'worker 1.1.0', 'web 1.1.0', 'tracker 1.1.0']],
    ['one version for some', '1.1.0', ['web'], ['web 1.1.0']],
    [
      'its own version, and no other service is taken',
      { tracker: '1.2.0', web: '1.1.0' },
      [],
      ['web 1.1.0', 'tracker 1.2.0'],
    ],
    [
      'the version of the service that it shares its pin with',
      { worker: '1.1.0', web: '1.3.0' },
      [],
      ['api 1.1.0', 'worker 1.1.0', 'web 1.3.0'],
    ],
    ['what the target names, whatever the options say', { web: '1.1.0' }, ['tracker'], ['web 1.1.0']],
  ])('is %s', (_title, target, services, expected) => {
    expect(choose(target, services)).toEqual(expected)
  })
})

test('a service that cannot be upgraded is refused by name', () => {
  expect(() => choose({ nobody: '1.0.0' })).toThrow('nobody cannot be upgraded in acme.')
  expect(() => chooseServices(stack, { services: ['nobody'] })).toThrow('nobody cannot be upgraded in acme.')
})
