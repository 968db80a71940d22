import { z } from 'zod'
import { operationKindSchema, ownerSchema } from '../contract/operations.ts'
import { type PreviousFacts, sumCounts } from './judge-backup.ts'

const countsSchema = z.record(z.string(), z.number().int())

/** What all kinds of data set say of a backup, with all that is needed to trust it. */
const baseShape = {
  dataset: z.string(),
  service: z.string(),
  /** Image of the service at that time: id, and repository digest where there is one. */
  imageId: z.string(),
  imageDigest: z.string().nullable(),
  pin: z.string().nullable(),
  /** Name in the backup's directory. */
  file: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  schemaVersion: z.string().nullable(),
  /** Which program made it, with its version, and whose it was. */
  tool: z.string(),
  warnings: z.array(z.string()),
  /** It holds nothing, and a person let that pass. */
  emptyAccepted: z.boolean().default(false),
  startedAt: z.string(),
  finishedAt: z.string(),
}

const sqliteBackupSchema = z.object({
  kind: z.literal('sqlite'),
  ...baseShape,
  /** The database file as the service's container sees it. */
  sourcePath: z.string(),
  /** Named volume it lives in; null for a bind mount. */
  volume: z.string().nullable(),
  /** Rows by table, counted in the copy. */
  tables: countsSchema,
})

const postgresBackupSchema = z.object({
  kind: z.literal('postgres'),
  ...baseShape,
  database: z.string(),
  /** Rows by table, counted in the snapshot that was dumped. */
  tables: countsSchema,
  /** Whether they were counted in the dump as well. Older backups were only listed. */
  countedInDump: z.boolean().default(false),
  /** Tables whose rows come and go by themselves. */
  volatileTables: z.array(z.string()),
  largeObjects: z.number().int(),
  serverVersion: z.string(),
  clientVersion: z.string(),
  extensions: z.record(z.string(), z.string()),
  /** What `CREATE DATABASE` needs to make the same again. */
  owner: z.string(),
  encoding: z.string(),
  collation: z.string(),
  characterType: z.string(),
  /** `libc`, `icu` or `builtin`, and the locale of the latter two; null before version 15. */
  localeProvider: z.string().nullable(),
  locale: z.string().nullable(),
  connectionLimit: z.number().int(),
  /** `ALTER DATABASE … SET`, for one role or for all. */
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
  /** Null: nobody ever changed them. Grantee null: everybody. */
  grants: z
    .array(z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }))
    .nullable(),
})

const volumeBackupSchema = z.object({
  kind: z.literal('volume'),
  ...baseShape,
  /** The folder as the service's container sees it. */
  sourcePath: z.string(),
  volume: z.string().nullable(),
  exclude: z.array(z.string()),
  files: z.number().int(),
  bytes: z.number().int(),
  /** Beside the archive: owner, mode and hash of everything in it. */
  listing: z.string(),
  listingSha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const redisBackupSchema = z.object({
  kind: z.literal('redis'),
  ...baseShape,
  /** Keys by database, counted by a server that has loaded the copy. */
  keys: countsSchema,
  /** How many of them expire by themselves. */
  expiring: z.number().int(),
  serverVersion: z.string(),
  /** Where the server keeps its files, and what they are called. */
  directory: z.string(),
  databaseFile: z.string(),
  appendOnly: z.boolean(),
  appendFile: z.string(),
  /** Empty before version 7. */
  appendDirectory: z.string(),
  modules: z.array(z.string()),
})

const bucketBackupSchema = z.object({
  kind: z.literal('bucket'),
  ...baseShape,
  bucket: z.string(),
  /** Beside the index, which is the file: the content of each object under a number. */
  folder: z.string(),
  objects: z.number().int(),
  bytes: z.number().int(),
})

/** One data set in a backup. */
export const datasetBackupSchema = z.discriminatedUnion('kind', [
  sqliteBackupSchema,
  postgresBackupSchema,
  volumeBackupSchema,
  redisBackupSchema,
  bucketBackupSchema,
])
export type DatasetBackup = z.infer<typeof datasetBackupSchema>

/** A compose or environment file as it was, below `files/` of the set. Holds secrets: it stays on the host, as 0600. */
const keptFileSchema = z.object({ path: z.string(), copy: z.string(), sizeBytes: z.number(), sha256: z.string() })
export type KeptCopy = z.infer<typeof keptFileSchema>

const ranImageSchema = z.object({
  service: z.string(),
  /** As the compose model had it. */
  reference: z.string(),
  version: z.string().nullable(),
  imageId: z.string(),
  digest: z.string().nullable(),
})
export type RanImage = z.infer<typeof ranImageSchema>

/** A secret by its name. Never its value: whoever has the backup must not have the keys to it as well. */
const neededSecretSchema = z.object({
  id: z.string(),
  title: z.string().nullable(),
  service: z.string(),
  variable: z.string(),
})

/** `manifest.json` of a backup set. Written last: a set without it is not a backup. Times by the host's clock. */
export const backupManifestSchema = z.looseObject({
  format: z.literal(1),
  id: z.string(),
  operationId: z.string(),
  madeBy: operationKindSchema.nullable().default(null),
  owner: ownerSchema.nullable().default(null),
  project: z.string(),
  createdAt: z.string(),
  /** The version whose data it holds, and the one that was to come. */
  fromVersion: z.string().nullable().default(null),
  toVersion: z.string().nullable().default(null),
  datasets: z.array(datasetBackupSchema),
  /** What ran, by service. */
  pins: z.array(ranImageSchema).default([]),
  files: z.array(keptFileSchema).default([]),
  /** Secrets without which the data is useless, to be kept elsewhere. */
  secrets: z.array(neededSecretSchema).default([]),
  /** Services that stood still while the data sets were taken. */
  stoodStill: z.array(z.string()).default([]),
})
export type BackupManifest = z.infer<typeof backupManifestSchema>

/** What an alarm asks of a backup. What comes and goes by itself is left out. */
export interface BackupHolds extends PreviousFacts {
  readonly nouns: { readonly group: string; readonly item: string }
}

export function factsOf(backup: DatasetBackup): BackupHolds {
  const { emptyAccepted } = backup
  const nouns = { group: 'table', item: 'row' }
  switch (backup.kind) {
    case 'sqlite':
      return { counts: backup.tables, totals: { rows: sumCounts(backup.tables) }, nouns, emptyAccepted }
    case 'postgres': {
      const entries = Object.entries(backup.tables).filter(([name]) => !isVolatile(name, backup.volatileTables))
      const steady = Object.fromEntries(entries)
      return { counts: steady, totals: { rows: sumCounts(steady) }, nouns, emptyAccepted }
    }
    case 'volume': {
      const totals = { files: backup.files, bytes: backup.bytes }
      return { counts: {}, totals, nouns: { group: 'folder', item: 'file' }, emptyAccepted }
    }
    case 'redis': {
      const totals = { 'lasting keys': sumCounts(backup.keys) - backup.expiring }
      return { counts: {}, totals, nouns: { group: 'database', item: 'key' }, emptyAccepted }
    }
    case 'bucket': {
      const totals = { objects: backup.objects, bytes: backup.bytes }
      return { counts: {}, totals, nouns: { group: 'bucket', item: 'object' }, emptyAccepted }
    }
  }
}

/** Tables are counted with their schema; a runbook may leave out `public`. */
function isVolatile(table: string, names: readonly string[]): boolean {
  return names.some((name) => table === name || table === `public.${name}`)
}
