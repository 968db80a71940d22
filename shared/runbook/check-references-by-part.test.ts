// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { describe, expect, test } from 'vitest'
import { dataset, http, problems, smoke, volume } from './sample-references.ts'
import type { RunbookInput } from './schema.ts'

describe('services', () => {
  test.each<[string, Partial<RunbookInput>, string[]]>([
    ['match', { match: { images: ['a/b'], services: ['db'] } }, ['match.services.0']],
    ['after', { services: [{ name: 'api', after: ['db'] }, { name: 'worker' }] }, ['services.0.after.0']],
    ['the version', { versions: { service: 'db' } }, ['versions.service']],
    [
      'the reported version',
      { versions: { reported: { http: { ...http, service: 'db' }, json: 'version' } } },
      ['versions.reported.http.service'],
    ],
    ['TLS', { probes: [{ id: 'x', tls: { service: 'db', port: 443, serverName: 'a' } }] }, ['probes.0.tls.service']],
    ['a container', { probes: [{ id: 'x', container: { service: 'db' } }] }, ['probes.0.container.service']],
    [
      'a condition',
      { probes: [{ id: 'x', when: { service: 'db' }, container: { service: 'api' } }] },
      ['probes.0.when.service'],
    ],
    [
      'the rest of a condition',
      { probes: [{ id: 'x', when: { service: 'api', beside: ['worker', 'db'] }, container: { service: 'api' } }] },
      ['probes.0.when.beside.1'],
    ],
    [
      'a condition of data',
      { backup: { datasets: [{ ...dataset, when: { service: 'db' } }] } },
      ['backup.datasets.0.when.service'],
    ],
    ['a condition of a step', smoke({ when: { service: 'db' } }), ['smokeTest.steps.0.when.service']],
    ['stop', { backup: { datasets: [dataset], stop: ['api', 'db'] } }, ['backup.stop.1']],
    ['pause', { backup: { datasets: [dataset], pause: ['db'] } }, ['backup.pause.0']],
    ['a secret', { secrets: [{ id: 'key', service: 'db', variable: 'K' }] }, ['secrets.0.service']],
    [
      'a rotation',
      {
        secrets: [
          { id: 'key', service: 'api', variable: 'K', rotation: { how: 'replace', impact: 'x', services: ['db'] } },
        ],
      },
      ['secrets.0.rotation.services.0'],
    ],
  ])('that %s names have to be there', (_title, change, places) => {
    const message = '“db” is no service of this runbook. Expected one of api, worker.'
    expect(problems(change)).toEqual(places.map((place) => `${place}: ${message}`))
  })

  test.each<[string, RunbookInput['services'], string]>([
    [
      'an alias that is the name of another',
      [{ name: 'api', aliases: ['worker'] }, { name: 'worker' }],
      'services.0.aliases.0: worker can be called “worker” too. Expected another name.',
    ],
    [
      'an alias of two',
      [
        { name: 'api', aliases: ['web'] },
        { name: 'worker', aliases: ['jobs', 'web'] },
      ],
      'services.1.aliases.1: api can be called “web” too. Expected another name.',
    ],
    [
      'an alias twice',
      [{ name: 'api', aliases: ['web', 'web'] }, { name: 'worker' }],
      'services.0.aliases.1: “web” is there twice. Expected another name.',
    ],
    [
      'an order in a circle',
      [{ name: 'api', after: ['db', 'worker'] }, { name: 'worker', after: ['api'] }, { name: 'db' }],
      'services.0.after.1: No order is possible: api after worker after api.',
    ],
    [
      'a service after itself',
      [{ name: 'api', after: ['api'] }, { name: 'worker' }],
      'services.0.after.0: No order is possible: api after api.',
    ],
  ])('%s is a problem', (_title, list, expected) => {
    expect(problems({ services: list })).toEqual([expected])
  })
})

describe('data', () => {
  test.each<[string, Partial<RunbookInput>, string[]]>([
    [
      'a query of no data set',
      { probes: [{ id: 'x', query: { dataset: 'other', sql: 'SELECT 1' } }] },
      ['probes.0.query.dataset: “other” is no data set of this runbook. Expected one of main.'],
    ],
    [
      'a query of files',
      { probes: [{ id: 'x', query: { dataset: 'files', sql: 'SELECT 1' } }], backup: { datasets: [dataset, volume] } },
      [
        'probes.0.query.dataset: The data set “files” is of the kind volume, which cannot be queried. Expected a data set of the kind postgres or sqlite.',
      ],
    ],
    [
      'a schema version of files',
      {
        migrations: { at: 'boot', schemaVersions: [{ dataset: 'files', query: 'SELECT 1' }] },
        backup: { datasets: [volume] },
      },
      [
        'migrations.schemaVersions.0.dataset: The data set “files” is of the kind volume, which cannot be queried. Expected a data set of the kind postgres or sqlite.',
      ],
    ],
    [
      'a schema version twice',
      {
        migrations: {
          at: 'boot',
          schemaVersions: [
            { dataset: 'main', query: 'SELECT 1' },
            { dataset: 'main', query: 'SELECT 2' },
          ],
        },
      },
      ['migrations.schemaVersions.1.dataset: “main” is there twice. Expected another dataset.'],
    ],
    [
      'a secret that a backup needs',
      { backup: { datasets: [dataset], secrets: ['key', 'other'] } },
      ['backup.secrets.1: “other” is no secret of this runbook. Expected one of key.'],
    ],
    [
      'the password of Redis',
      { backup: { datasets: [{ kind: 'redis', id: 'jobs', service: 'api', password: 'other' }] } },
      ['backup.datasets.0.password: “other” is no secret of this runbook. Expected one of key.'],
    ],
    [
      'the keys of a bucket',
      {
        backup: {
          datasets: [
            { kind: 'bucket', id: 'b', service: 'api', port: 9000, bucket: 'b', accessKey: 'one', secretKey: 'two' },
          ],
        },
      },
      [
        'backup.datasets.0.accessKey: “one” is no secret of this runbook. Expected one of key.',
        'backup.datasets.0.secretKey: “two” is no secret of this runbook. Expected one of key.',
      ],
    ],
    [
      'half a variable',
      { backup: { datasets: [{ kind: 'postgres', id: 'db', service: 'api', database: 'app-${env:STAGE}' }] } },
      [
        'backup.datasets.0.database: “app-${env:STAGE}” is no variable that Slipway can look up. Expected text, or ${env:NAME}.',
      ],
    ],
    [
      'a secret for a role',
      { backup: { datasets: [{ kind: 'postgres', id: 'db', service: 'api', database: 'a', user: '${secret:key}' }] } },
      [
        'backup.datasets.0.user: “${secret:key}” is no variable that Slipway can look up. Expected text, or ${env:NAME}.',
      ],
    ],
    [
      'a variable of nobody',
      { backup: { datasets: [{ kind: 'postgres', id: 'db', service: 'api', database: '${env:nobody/DB}' }] } },
      ['backup.datasets.0.database: “nobody” is no service of this runbook. Expected one of api, worker.'],
    ],
    [
      'half a path in a variable',
      { backup: { datasets: [{ ...volume, path: '/srv/${env:STAGE}' }] } },
      [
        'backup.datasets.0.path: “/srv/${env:STAGE}” is no variable that Slipway can look up. Expected a path, or ${env:NAME}.',
      ],
    ],
    [
      'what is usual and no path',
      { backup: { datasets: [{ ...volume, path: '${env:worker/FILES:-files}' }] } },
      ['backup.datasets.0.path: “files” is no path from the root. Expected a path such as /srv/files.'],
    ],
    [
      'a schema version of which nothing is said',
      {
        backup: { datasets: [dataset] },
        migrations: {
          at: 'boot',
          schemaVersions: [
            {
              dataset: 'main',
              query: 'SELECT 1',
              expected: [{ versions: '1' }, { versions: '2', value: '2', atLeast: 2 }, { versions: '3', atLeast: 3 }],
            },
          ],
        },
      },
      [
        'migrations.schemaVersions.0.expected.0: This says nothing of the schema version. Expected either value or atLeast.',
        'migrations.schemaVersions.0.expected.1: This says two things of the schema version. Expected either value or atLeast.',
      ],
    ],
    [
      'what is stopped and paused',
      { backup: { datasets: [dataset], stop: ['api'], pause: ['worker', 'api'] } },
      ['backup.pause.1: “api” is stopped already, and cannot be paused as well.'],
    ],
    [
      'a migration by a service that never ends',
      { migrations: { at: 'one-shot', service: 'api' } },
      ['migrations.service: “api” is a service, and never ends. Expected a service of the kind one-shot.'],
    ],
    [
      'a checklist item twice',
      {
        checklist: [
          { id: 'tls', title: 'A' },
          { id: 'tls', title: 'B' },
        ],
      },
      ['checklist.1.id: “tls” is there twice. Expected another id.'],
    ],
  ])('%s is a problem', (_title, change, expected) => {
    expect(problems(change)).toEqual(expected)
  })

  test('a literal and a whole variable are sound', () => {
    const postgres = {
      kind: 'postgres' as const,
      id: 'db',
      service: 'api',
      database: '${env:POSTGRES_DB}',
      user: 'app',
    }
    expect(problems({ backup: { datasets: [postgres] } })).toEqual([])
  })
})

describe('ranges and versions', () => {
  const range = '“new ones” is no range of versions. Expected a range such as >=1.2.0 <2.'
  test.each<[string, Partial<RunbookInput>, string]>([
    ['a step', smoke({ versions: 'new ones' }), `smokeTest.steps.0.versions: ${range}`],
    [
      'the reported version',
      { versions: { reported: { http, json: 'v', versions: 'new ones' } } },
      `versions.reported.versions: ${range}`,
    ],
    [
      'an expected schema',
      {
        migrations: {
          at: 'boot',
          schemaVersions: [{ dataset: 'main', query: 'SELECT 1', expected: [{ versions: 'new ones', value: '1' }] }],
        },
      },
      `migrations.schemaVersions.0.expected.0.versions: ${range}`,
    ],
    [
      'the path of the reported version',
      { versions: { reported: { http, json: 'a[' } } },
      'versions.reported.json: “a[” is no path into a body. Expected a path such as items[0].id.',
    ],
    [
      'a registry with a path',
      { versions: { registry: 'https://registry.example.com/v2' } },
      'versions.registry: “https://registry.example.com/v2” is no registry. Expected a host such as registry.example.com:5000.',
    ],
    [
      'release notes that are a script',
      { versions: { releaseNotes: 'javascript:alert(1)' } },
      'versions.releaseNotes: “javascript:alert(1)” is no address of a page. Expected an address such as https://example.com.',
    ],
    [
      'a homepage that is a script',
      { homepage: 'javascript:alert(1)' },
      'homepage: “javascript:alert(1)” is no address of a page. Expected an address such as https://example.com.',
    ],
  ])('%s', (_title, change, expected) => {
    expect(problems(change)).toEqual([expected])
  })
})
