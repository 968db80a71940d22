// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { describe, expect, test } from 'vitest'
import { dataset, http, problems, smoke, volume, when } from './sample-references.ts'
import type { RunbookInput } from './schema.ts'

test('a sound runbook has no problems', () => {
  const use = {
    headers: { 'X-API-Key': '${secret:key}' },
    path: '/items/${capture:item}?run=${run:id}',
    host: 'a.${env:DOMAIN}',
  }
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
    'what stands in for a migration of nobody',
    {
      services: [{ name: 'api' }, { name: 'migrate', kind: 'one-shot' }],
      migrations: {
        at: 'one-shot',
        service: 'migrate',
        instead: { when: { service: 'store', matches: 'a' }, service: 'db', argv: ['migrate'] },
      },
    },
    [
      'migrations.instead.service: “db” is no service of this runbook. Expected one of api, migrate.',
      'migrations.instead.when.service: “store” is no service of this runbook. Expected one of api, migrate.',
      'migrations.instead.when.matches: There is no variable whose value could match. Expected a variable beside it.',
    ],
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
    'a variable of a name that none has',
    smoke({ http: { ...http, host: '${env:my host}' } }),
    [
      'smokeTest.steps.0.http.host: “${env:my host}” is no reference that Slipway knows. Expected ${secret:ID}, ${env:NAME}, ${capture:NAME} or ${run:id}.',
    ],
  ],
  [
    'an expected variable',
    smoke({ expect: { text: { contains: '${env:DOMAIN}' } } }),
    [
      'smokeTest.steps.0.expect: “${env:DOMAIN}” is no reference that Slipway knows. Expected ${secret:ID}, ${capture:NAME} or ${run:id}.',
    ],
  ],
  [
    'a secret as the name in a certificate',
    { probes: [{ id: 'x', tls: { service: 'api', port: 443, serverName: '${secret:key}' } }] },
    ['probes.0.tls.serverName: “${secret:key}” is no reference that Slipway knows. Expected a name, or ${env:NAME}.'],
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

describe('conditions and expressions', () => {
  const broken =
    'The regular expression cannot be used: Invalid regular expression: /(/: Unterminated group. Expected a regular expression.'
  test.each<[string, Partial<RunbookInput>, string]>([
    [
      'of a condition',
      { probes: [{ id: 'x', when: { ...when, variable: 'A', matches: '(' }, container: { service: 'api' } }] },
      `probes.0.when.matches: ${broken}`,
    ],
    [
      'of a query',
      { probes: [{ id: 'x', query: { dataset: 'main', sql: 'SELECT 1' }, healthy: { matches: '(' } }] },
      `probes.0.healthy.matches: ${broken}`,
    ],
    [
      'of a degraded query',
      { probes: [{ id: 'x', query: { dataset: 'main', sql: 'SELECT 1' }, degraded: { matches: '(' } }] },
      `probes.0.degraded.matches: ${broken}`,
    ],
    [
      'of a command',
      { probes: [{ id: 'x', command: { service: 'api', argv: ['a'] }, healthy: { stdout: { matches: '(' } } }] },
      `probes.0.healthy.stdout.matches: ${broken}`,
    ],
    [
      'of the end of a migration',
      { migrations: { at: 'boot', finishedLog: '(' } },
      `migrations.finishedLog: ${broken}`,
    ],
    ['of its failure', { migrations: { at: 'boot', failedLog: '(' } }, `migrations.failedLog: ${broken}`],
  ])('an expression %s that does not compile is a problem', (_title, change, expected) => {
    expect(problems(change).map((one) => one.replace('//: U', '/: U'))).toEqual([expected])
  })

  test('a value to match needs a variable', () => {
    expect(problems({ backup: { datasets: [{ ...dataset, when: { ...when, matches: 'a' } }] } })).toEqual([
      'backup.datasets.0.when.matches: There is no variable whose value could match. Expected a variable beside it.',
    ])
  })

  test('an image to fit is a glob that says something', () => {
    expect(problems(smoke({ when: { ...when, image: '**' } }))).toEqual([
      'smokeTest.steps.0.when.image: “**” would fit every image. Expected a glob such as **/acme/api.',
    ])
  })
})

describe('references in texts that nobody fills in', () => {
  test.each<[string, Partial<RunbookInput>, string, string]>([
    [
      'a statement',
      { probes: [{ id: 'x', query: { dataset: 'main', sql: '${env:A}' } }] },
      'probes.0.query.sql',
      '${env:A}',
    ],
    [
      'a path that needs no backup',
      { backup: { datasets: [{ ...volume, exclude: ['${env:DIR}'] }] } },
      'backup.datasets.0.exclude.0',
      '${env:DIR}',
    ],
    [
      'an argument',
      { probes: [{ id: 'x', command: { service: 'api', argv: ['a', '${secret:key}'] } }] },
      'probes.0.command.argv.1',
      '${secret:key}',
    ],
    [
      'an answer',
      { probes: [{ id: 'x', http, healthy: { text: { contains: '${run:id}' } } }] },
      'probes.0.healthy.text.contains',
      '${run:id}',
    ],
  ])('%s', (_title, change, place, text) => {
    expect(problems(change)).toEqual([`${place}: “${text}” is not filled in here. Expected a text without references.`])
  })

  test('the variables of a shell are left alone', () => {
    expect(
      problems({ probes: [{ id: 'x', command: { service: 'api', argv: ['sh', '-c', 'test ${A} = ${B:-1}'] } }] }),
    ).toEqual([])
  })

  test('a variable is no reference but in a host: secrets are named', () => {
    expect(problems({ probes: [{ id: 'x', http: { ...http, path: '/${env:A}' }, healthy: {} }] })[0]).toMatch(
      /^probes.0.http.path: “\$\{env:A\}” is no reference that Slipway knows/,
    )
  })
})
