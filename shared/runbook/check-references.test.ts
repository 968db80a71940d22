// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { expect, test } from 'vitest'
import { checkReferences } from './check-references.ts'
import { type RunbookInput, runbookSchema } from './schema.ts'

const http = { service: 'api', port: 80, path: '/health' }
const sound = {
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['**/acme/api'] },
  services: [{ name: 'api' }, { name: 'worker' }],
  secrets: [{ id: 'key', service: 'api', variable: 'API_KEY' }],
  probes: [{ id: 'health', http, healthy: { status: [200] } }],
  backup: { datasets: [{ kind: 'sqlite', id: 'main', service: 'api', path: '/data/a.db' }] },
} satisfies RunbookInput

function problems(change: Partial<RunbookInput>): string[] {
  return checkReferences(runbookSchema.parse({ ...sound, ...change })).map(
    ({ path, message, expected }) =>
      `${path.join('.')}: ${message}${expected === null ? '' : ` Expected ${expected}.`}`,
  )
}

function smoke(change: object, more: object = {}): Partial<RunbookInput> {
  const step = { title: 'Create', http: { ...http, method: 'POST' as const }, expect: { status: [201] }, ...change }
  return { smokeTest: { steps: [step], ...more } }
}

test('a sound runbook has no problems', () => {
  const use = { headers: { 'X-API-Key': '${secret:key}' }, path: '/items/${capture:item}?run=${run:id}' }
  const capture = { capture: { item: 'items[0].id' } }
  const cleanup = [{ title: 'Delete', http: { ...http, ...use, method: 'DELETE' as const }, expect: { status: [204] } }]
  expect(problems(smoke(capture, { cleanup }))).toEqual([])
})

test.each<[string, Partial<RunbookInput>, string[]]>([
  [
    'a service twice',
    { services: [{ name: 'api' }, { name: 'api' }] },
    ['services.1.name: “api” is there twice. Expected another name.'],
  ],
  [
    'a probe of nobody',
    { probes: [{ id: 'x', tcp: { service: 'db', port: 1 } }] },
    ['probes.0.tcp.service: “db” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a command of nobody',
    { probes: [{ id: 'x', command: { service: 'db', argv: ['true'] } }] },
    ['probes.0.command.service: “db” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a probe twice',
    {
      probes: [
        { id: 'x', tcp: { service: 'api', port: 1 } },
        { id: 'x', tcp: { service: 'api', port: 2 } },
      ],
    },
    ['probes.1.id: “x” is there twice. Expected another id.'],
  ],
  [
    'logs of nobody',
    { logs: { db: { format: 'json' } } },
    ['logs.db: “db” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a data set of nobody',
    { backup: { datasets: [{ kind: 'sqlite', id: 'main', service: 'db', path: '/a' }] } },
    ['backup.datasets.0.service: “db” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a schema version of no data set',
    { migrations: { at: 'boot', schemaVersions: [{ dataset: 'other', query: 'SELECT 1' }] } },
    ['migrations.schemaVersions.0.dataset: “other” is no data set of this runbook. Expected one of main.'],
  ],
  [
    'a migration of nobody',
    { migrations: { at: 'before-switch', service: 'db', argv: ['migrate'] } },
    ['migrations.service: “db” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a range that is none',
    { probes: [{ id: 'x', versions: 'new ones', tcp: { service: 'api', port: 1 } }] },
    ['probes.0.versions: “new ones” is no range of versions. Expected a range such as >=1.2.0 <2.'],
  ],
  [
    'a version that is none',
    { versions: { forwardOnly: [{ version: 'v1', reason: 'it drops a column' }] } },
    ['versions.forwardOnly.0.version: “v1” is no version. Expected a version such as 1.4.0.'],
  ],
  [
    'a variable that is none',
    { versions: { variable: 'APP VERSION' } },
    ['versions.variable: “APP VERSION” is no name of a variable. Expected letters, digits and underscores.'],
  ],
  [
    'a glob for everything',
    { match: { images: ['**'] } },
    ['match.images.0: “**” would fit every image. Expected a glob such as **/acme/api.'],
  ],
  [
    'a glob with a tag',
    { match: { images: ['ghcr.io/acme/api:1.0.0'] } },
    ['match.images.0: “ghcr.io/acme/api:1.0.0” holds a tag or digest. Expected an image repository without its tag.'],
  ],
  [
    'an unknown secret',
    smoke({ http: { ...http, headers: { Authorization: '${secret:nobody}' } } }),
    ['smokeTest.steps.0.http.headers: “nobody” is no secret of this runbook. Expected one of key.'],
  ],
  [
    'a value used before it is captured',
    smoke({ http: { ...http, body: { id: '${capture:later}' } }, capture: { later: 'id' } }),
    ['smokeTest.steps.0.http.body: “later” is no captured value of this runbook.'],
  ],
  [
    'an unknown kind of reference',
    smoke({ http: { ...http, path: '/x?key=${API_KEY}' } }),
    [
      'smokeTest.steps.0.http.path: “${API_KEY}” is no reference that Slipway knows. Expected ${secret:ID}, ${capture:NAME} or ${run:id}.',
    ],
  ],
  [
    'an expected value that is not captured yet',
    smoke({ expect: { text: { contains: '${capture:later}' } } }),
    ['smokeTest.steps.0.expect: “later” is no captured value of this runbook.'],
  ],
  [
    'an expected secret',
    smoke({ expect: { text: { contains: '${secret:key}' } } }),
    ['smokeTest.steps.0.expect: “key” is no secret of this runbook.'],
  ],
  [
    'a smoke step of nobody',
    smoke({ http: { ...http, service: 'web' } }),
    ['smokeTest.steps.0.http.service: “web” is no service of this runbook. Expected one of api, worker.'],
  ],
  [
    'a path that is none',
    smoke({ capture: { id: 'items[' } }),
    ['smokeTest.steps.0.capture.id: “items[” is no path into a body. Expected a path such as items[0].id.'],
  ],
  [
    'an expression that takes for ever',
    smoke({ expect: { text: { matches: '(a+)+$' } } }),
    [
      'smokeTest.steps.0.expect.text.matches: The regular expression cannot be used: a repeated group that holds a repetition could take for ever. Expected a regular expression.',
    ],
  ],
])('%s is a problem', (_title, change, expected) => {
  expect(problems(change)).toEqual(expected)
})

test('an expression that does not compile is a problem', () => {
  expect(problems(smoke({ expect: { json: [{ path: 'a', matches: '(' }] } }))[0]).toMatch(
    /^smokeTest.steps.0.expect.json.0.matches: The regular expression cannot be used: Invalid regular expression/,
  )
})
