import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import { operationKindSchema, ownerSchema } from './operations.ts'
import { stackRefSchema } from './stacks.ts'

const datasetKindSchema = z.enum(['sqlite', 'postgres', 'volume', 'redis', 'bucket'])

/** A complete backup set, as a row of a list. Times by the host's clock. */
export const backupSummarySchema = z.object({
  /** Also the id of the operation that made it. */
  id: z.string(),
  createdAt: z.string(),
  /** The operation that made it; null where the manifest does not say. */
  madeBy: operationKindSchema.nullable(),
  owner: ownerSchema.nullable(),
  /** The version whose data it holds, and the one that came after it. */
  version: z.string().nullable(),
  nextVersion: z.string().nullable(),
  sizeBytes: z.number(),
  datasets: z.array(z.object({ id: z.string(), kind: datasetKindSchema })),
  /** How many things were noticed while it was made. */
  warnings: z.number().int(),
})
export type BackupSummary = z.infer<typeof backupSummarySchema>

export const backupListSchema = z.object({
  /** Newest first. */
  backups: z.array(backupSummarySchema),
  /** Folders that hold no complete backup, or one that cannot be read. */
  incomplete: z.array(z.string()),
  error: errorShapeSchema.nullable(),
})
export type BackupList = z.infer<typeof backupListSchema>

/** One data set in a backup, with all that makes it believable. */
export const datasetBackupViewSchema = z.object({
  id: z.string(),
  kind: datasetKindSchema,
  service: z.string(),
  /** A database, a path in the service's container, a bucket. */
  source: z.string(),
  /** Name in the set's folder. */
  file: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  schemaVersion: z.string().nullable(),
  /** What it holds altogether: `{ rows: 812 }`, `{ files: 3, bytes: 512 }`. */
  totals: z.record(z.string(), z.number()),
  /** The same in parts: rows by table, keys by database. Empty where there are no parts. */
  counts: z.record(z.string(), z.number()),
  nouns: z.object({ group: z.string(), item: z.string() }),
  /** Which program made it, and whose it was. */
  tool: z.string(),
  /** How it was proven, a sentence each. */
  proof: z.array(z.string()),
  warnings: z.array(z.string()),
  startedAt: z.string(),
  finishedAt: z.string(),
})
export type DatasetBackupView = z.infer<typeof datasetBackupViewSchema>

export const backupViewSchema = backupSummarySchema.omit({ datasets: true, warnings: true }).extend({
  /** The set's folder on the host. */
  folder: z.string(),
  datasets: z.array(datasetBackupViewSchema),
  /** What ran: image and digest by service. */
  pins: z.array(
    z.object({
      service: z.string(),
      reference: z.string(),
      version: z.string().nullable(),
      imageId: z.string(),
      digest: z.string().nullable(),
    }),
  ),
  /** Compose and environment files that are kept with it. Their content never leaves the host. */
  files: z.array(z.object({ path: z.string(), copy: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  /** Secrets without which the data is useless. They have to be kept with the backup, elsewhere: it holds names only. */
  keepWith: z.array(
    z.object({ id: z.string(), title: z.string().nullable(), service: z.string(), variable: z.string() }),
  ),
  /** Services that stood still while it was made. */
  stoodStill: z.array(z.string()),
})
export type BackupView = z.infer<typeof backupViewSchema>

/** One thing that a restore has put aside. */
export const replacedRefSchema = stackRefSchema.extend({ operationId: z.string(), name: z.string() })
export type ReplacedRef = z.infer<typeof replacedRefSchema>

/** Data that a restore has replaced: kept beside what took its place, and used by nobody. */
export const replacedDataSchema = z.object({
  /** The operation that restored over it. */
  operationId: z.string(),
  dataset: z.string(),
  kind: datasetKindSchema,
  /** What it is called now: a database, a volume, a path, a bucket. */
  name: z.string(),
  /** When it was replaced. */
  at: z.string(),
})
export type ReplacedData = z.infer<typeof replacedDataSchema>

export const replacedListSchema = z.object({
  /** Newest first, as the host remembers it: nothing is looked for. */
  replaced: z.array(replacedDataSchema),
  /** Where a note of it cannot be read. */
  error: errorShapeSchema.nullable(),
})
export type ReplacedList = z.infer<typeof replacedListSchema>

/** A look at it where it lies. */
export const replacedMeasureSchema = z.object({
  /** Null: it is not there any more. */
  bytes: z.number().nullable(),
  /** The service beside whose data it lies. */
  service: z.string(),
})
export type ReplacedMeasure = z.infer<typeof replacedMeasureSchema>
