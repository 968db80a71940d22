import { z } from 'zod'

const countsSchema = z.record(z.string(), z.number().int())

/** One data set in a backup, with all that is needed to trust it. */
export const datasetBackupSchema = z.looseObject({
  dataset: z.string(),
  kind: z.literal('sqlite'),
  service: z.string(),
  /** The database file as the service's container sees it. */
  sourcePath: z.string(),
  /** Named volume it lives in; null for a bind mount. */
  volume: z.string().nullable(),
  /** Image of the service at that time: id, and repository digest where there is one. */
  imageId: z.string(),
  imageDigest: z.string().nullable(),
  pin: z.string().nullable(),
  /** Name in the backup's directory. */
  file: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rows by table, counted in the copy. */
  tables: countsSchema,
  schemaVersion: z.string().nullable(),
  /** Which program made it, with its version, and whose it was. */
  tool: z.string(),
  warnings: z.array(z.string()),
  startedAt: z.string(),
  finishedAt: z.string(),
})
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
