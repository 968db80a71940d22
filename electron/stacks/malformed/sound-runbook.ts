import type { RunbookInput } from '../../../shared/runbook/schema.ts'

/** A reference as a runbook writes it. */
const ref = (name: string) => `$\{${name}}`

/** A runbook without a fault that uses every section, to be broken in one place. */
export const soundRunbook = {
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  description: 'An API, its worker, a database and a proxy.',
  homepage: 'https://acme.example/docs',
  versions: {
    tagPrefix: 'v',
    prereleases: false,
    channel: 'beta',
    registry: 'registry.acme.example:5000',
    releaseNotes: 'https://acme.example/{service}/{version}',
    variable: 'ACME_VERSION',
    service: 'api',
    reported: { http: { service: 'api', port: 8080, path: '/version' }, json: 'build.version', versions: '>=1.2.0' },
    dataCompatible: 'within-minor',
    forwardOnly: [{ version: '2.0.0', reason: 'Rewrites all rows.' }],
  },
  gate: { timeoutSeconds: 90, settleSeconds: 5, intervalSeconds: 2 },
  services: [
    { name: 'db', title: 'Database', upgrade: false, aliases: ['postgres'] },
    { name: 'migrate', kind: 'one-shot', after: ['db'] },
    { name: 'api', after: ['migrate'], expected: { memoryBytes: 268435456, imageBytes: 90000000 } },
    { name: 'worker', after: ['api'], optional: true, tagPrefix: 'worker-' },
    { name: 'proxy', after: ['api'], upgrade: false },
  ],
  probes: [
    {
      id: 'ready',
      versions: '>=1.0.0 <3',
      intervalSeconds: 10,
      http: { service: 'api', port: 8080, path: '/ready', headers: { Authorization: `Bearer ${ref('secret:key')}` } },
      healthy: { status: [200], json: [{ path: 'checks[0].state', equals: 'up' }], headers: { 'X-Acme': 'yes' } },
      degraded: { status: [200], text: { contains: 'slow', matches: 'slow(er)?' } },
      starting: { status: [503], prometheus: [{ metric: 'acme_starting', labels: { part: 'db' }, atLeast: 1 }] },
    },
    { id: 'accepts', tcp: { service: 'db', port: 5432, timeoutSeconds: 3 } },
    { id: 'certificate', tls: { service: 'proxy', port: 443, serverName: ref('env:DOMAIN'), minDaysLeft: 10 } },
    {
      id: 'queue',
      command: { service: 'worker', argv: ['queue', 'length'], timeoutSeconds: 5 },
      healthy: { exitCode: [0], stdout: { matches: '^[0-9]+$' } },
    },
    { id: 'steady', container: { service: 'worker', maxRestarts: 2 } },
    {
      id: 'rows',
      when: { service: 'db', image: '**/postgres', variable: 'POSTGRES_DB', matches: '^acme' },
      query: { dataset: 'main', sql: 'SELECT count(*) FROM jobs' },
      healthy: { atMost: 100 },
      degraded: { atMost: 1000 },
    },
  ],
  migrations: {
    at: 'one-shot',
    service: 'migrate',
    timeoutSeconds: 300,
    schemaVersions: [
      { dataset: 'main', query: 'SELECT version FROM schema', expected: [{ versions: '1.x', value: '12' }] },
    ],
  },
  backup: {
    datasets: [
      { kind: 'postgres', id: 'main', service: 'db', database: ref('env:POSTGRES_DB'), volatileTables: ['sessions'] },
      { kind: 'volume', id: 'files', service: 'api', path: '/srv/files', exclude: ['cache'] },
      { kind: 'redis', id: 'jobs', service: 'worker', port: 6379, password: 'key' },
    ],
    stop: ['worker'],
    pause: ['api'],
    secrets: ['key'],
    shrinkAlarmPercent: 40,
    keep: 5,
  },
  smokeTest: {
    writes: true,
    steps: [
      {
        title: 'Make a note',
        http: { service: 'api', port: 8080, method: 'POST', path: '/notes', body: { text: ref('run:id') } },
        expect: { status: [201], json: [{ path: 'id', exists: true }] },
        capture: { note: 'id' },
      },
    ],
    cleanup: [
      {
        title: 'Remove it',
        versions: '>=1.1.0',
        http: { service: 'api', port: 8080, method: 'DELETE', path: `/notes/${ref('capture:note')}` },
        expect: { status: [204] },
      },
    ],
  },
  secrets: [
    {
      id: 'key',
      service: 'api',
      variable: 'API_KEY',
      rule: { minLength: 32, encoding: 'hex' },
      rotation: { how: 'replace', impact: 'Clients need the new one.', services: ['api', 'worker'] },
    },
  ],
  logs: { api: { format: 'json', fields: ['path'], keys: { time: 'at', level: 'severity', message: 'msg' } } },
  checklist: [{ id: 'kept-elsewhere', title: 'Are backups kept elsewhere?' }],
  // Last: a file that is cut off anywhere before it is no runbook.
  match: { images: ['**/acme/api', '**/acme/worker'], services: ['api'] },
} satisfies RunbookInput
