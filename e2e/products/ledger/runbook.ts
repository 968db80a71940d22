import { type Runbook, type RunbookInput, runbookSchema } from '../../../shared/runbook/schema.ts'

type Datasets = NonNullable<RunbookInput['backup']>['datasets']

/** One of each. */
export const ledgerDatasets = {
  database: {
    kind: 'postgres',
    id: 'ledger',
    service: 'db',
    database: '$' + '{env:POSTGRES_DB}',
    user: '$' + '{env:POSTGRES_USER}',
    volatileTables: ['sessions'],
  },
  files: { kind: 'volume', id: 'files', service: 'web', path: '/srv/files' },
  uploads: { kind: 'volume', id: 'uploads', service: 'web', path: '/srv/uploads', exclude: ['cache'] },
  bucket: {
    kind: 'bucket',
    id: 'bucket',
    service: 'storage',
    port: 9000,
    bucket: 'ledger',
    accessKey: 'storage-user',
    secretKey: 'storage-password',
  },
  cache: { kind: 'redis', id: 'cache', service: 'cache', password: 'cache-password' },
} as const satisfies Record<string, Datasets[number]>

/** How the ledger is operated, with the data sets and options of backup that a test needs. */
export function ledgerRunbook(backup: NonNullable<RunbookInput['backup']>): Runbook {
  return runbookSchema.parse({
    slipway: 1,
    id: 'ledger',
    name: 'Ledger',
    match: { images: ['**/acme/ledger-web'] },
    versions: { dataCompatible: 'within-minor' },
    services: [
      { name: 'web' },
      { name: 'db', upgrade: false },
      { name: 'cache', upgrade: false },
      { name: 'storage', upgrade: false },
    ],
    gate: { timeoutSeconds: 20, settleSeconds: 1 },
    migrations: {
      at: 'boot',
      service: 'web',
      schemaVersions: [{ dataset: 'ledger', query: 'SELECT max(version) FROM schema_version' }],
    },
    backup,
    secrets: [
      { id: 'cache-password', service: 'cache', variable: 'REDIS_PASSWORD' },
      { id: 'storage-user', service: 'storage', variable: 'MINIO_ROOT_USER' },
      { id: 'storage-password', service: 'storage', variable: 'MINIO_ROOT_PASSWORD' },
      { id: 'wrong-password', service: 'web', variable: 'DATABASE_URL' },
    ],
  } satisfies RunbookInput)
}
