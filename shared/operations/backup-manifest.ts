import { z } from 'zod'
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

/** One data set in a backup. */
export const datasetBackupSchema = z.discriminatedUnion('kind', [
  sqliteBackupSchema,
  postgresBackupSchema,
  volumeBackupSchema,
])
export type DatasetBackup = z.infer<typeof datasetBackupSchema>

/** `manifest.json` of a backup set. Written last: a set without it is not a backup. Times by the host's clock. */
export const backupManifestSchema = z.looseObject({
  format: z.literal(1),
  id: z.string(),
  operationId: z.string(),
  project: z.string(),
  createdAt: z.string(),
  datasets: z.array(datasetBackupSchema),
})
export type BackupManifest = z.infer<typeof backupManifestSchema>

/** What an alarm asks of a backup. What comes and goes by itself is left out. */
export interface BackupHolds extends PreviousFacts {
  readonly nouns: { readonly group: string; readonly item: string }
  readonly mayBeEmpty: boolean
}

export function factsOf(backup: DatasetBackup): BackupHolds {
  const nouns = { group: 'table', item: 'row' }
  switch (backup.kind) {
    case 'sqlite':
      return { counts: backup.tables, totals: { rows: sumCounts(backup.tables) }, nouns, mayBeEmpty: false }
    case 'postgres': {
      const entries = Object.entries(backup.tables).filter(([name]) => !isVolatile(name, backup.volatileTables))
      const steady = Object.fromEntries(entries)
      return { counts: steady, totals: { rows: sumCounts(steady) }, nouns, mayBeEmpty: false }
    }
    case 'volume': {
      const totals = { files: backup.files, bytes: backup.bytes }
      return { counts: {}, totals, nouns: { group: 'folder', item: 'file' }, mayBeEmpty: false }
    }
  }
}

/** Tables are counted with their schema; a runbook may leave out `public`. */
function isVolatile(table: string, names: readonly string[]): boolean {
  return names.some((name) => table === name || table === `public.${name}`)
}
