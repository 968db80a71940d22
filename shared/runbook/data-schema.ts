import { z } from 'zod'
import { idSchema, whenSchema } from './condition-schema.ts'

const datasetBase = {
  id: idSchema,
  title: z.string().optional(),
  when: whenSchema.optional(),
  /** The service whose container holds the data. */
  service: z.string(),
}

/**
 * A literal, or a variable as a whole: `${env:NAME}` of the service, `${env:SERVICE/NAME}` of another one, and
 * `${env:NAME:-TEXT}` with what it is where the variable is not set.
 */
const fromEnvironment = z.string().min(1).max(200)

/** The same for a path, which begins with a slash where it is written out. */
const pathFromEnvironment = z.string().regex(/^(\/|\$\{env:)/, 'a path from the root, or a variable')

export const sqliteDatasetSchema = z.strictObject({
  kind: z.literal('sqlite'),
  ...datasetBase,
  /** The database file as the container sees it. */
  path: pathFromEnvironment,
})

export const postgresDatasetSchema = z.strictObject({
  kind: z.literal('postgres'),
  ...datasetBase,
  /** `app`, or `${env:POSTGRES_DB}`. */
  database: fromEnvironment,
  /** A role that may dump, create and rename the database over the local socket: `${env:POSTGRES_USER}`. */
  user: fromEnvironment.default('postgres'),
  /** Tables whose rows come and go by themselves: counted, but no reason for an alarm. */
  volatileTables: z.array(z.string()).default([]),
})

export const volumeDatasetSchema = z.strictObject({
  kind: z.literal('volume'),
  ...datasetBase,
  /** A mount of the container, or a folder in one. */
  path: pathFromEnvironment,
  /** Paths in it that need no backup, such as caches. */
  exclude: z.array(z.string()).default([]),
  /** A fresh install has no files there yet: none is no alarm. */
  mayBeEmpty: z.boolean().default(false),
})

export const redisDatasetSchema = z.strictObject({
  kind: z.literal('redis'),
  ...datasetBase,
  port: z.number().int().min(1).max(65535).default(6379),
  /** Id of the secret, where a password is asked. */
  password: idSchema.optional(),
})

export const bucketDatasetSchema = z.strictObject({
  kind: z.literal('bucket'),
  ...datasetBase,
  /** The S3 port of the service. */
  port: z.number().int().min(1).max(65535),
  bucket: fromEnvironment,
  region: fromEnvironment.default('us-east-1'),
  /** Ids of secrets. */
  accessKey: idSchema,
  secretKey: idSchema,
})

/** Data that a backup takes. */
export const datasetSchema = z.discriminatedUnion('kind', [
  sqliteDatasetSchema,
  postgresDatasetSchema,
  volumeDatasetSchema,
  redisDatasetSchema,
  bucketDatasetSchema,
])
export type Dataset = z.infer<typeof datasetSchema>
export type DatasetOf<Kind extends Dataset['kind']> = Extract<Dataset, { kind: Kind }>

export const backupSchema = z.strictObject({
  datasets: z.array(datasetSchema).min(1),
  /** Services that are stopped while all data sets are taken, because files change under a copy. */
  stop: z.array(z.string()).default([]),
  /** Services that are paused (frozen, connections kept) while all data sets are taken, so that they fit together. */
  pause: z.array(z.string()).default([]),
  /** Ids of secrets without which the data is useless: they have to be kept with the backup, elsewhere. */
  secrets: z.array(idSchema).default([]),
  /** A data set that lost more than this share of its rows or bytes since the backup before is an alarm. */
  shrinkAlarmPercent: z.number().min(1).max(100).default(50),
  /** Backup sets to keep; older ones go after a newer one is proven good. */
  keep: z.number().int().min(1).max(365).default(7),
})

export const schemaVersionSchema = z.strictObject({
  /** Data set the query asks. */
  dataset: idSchema,
  /** One statement that yields one value. */
  query: z.string(),
  /** What it must say for versions of the product; the first range that fits counts. */
  expected: z
    .array(
      z.strictObject({
        versions: z.string(),
        value: z.string().optional(),
        /** Instead of a value: a number that counts migrations, of which later versions have more. */
        atLeast: z.number().int().min(0).optional(),
      }),
    )
    .default([]),
})
export type ExpectedSchema = z.infer<typeof schemaVersionSchema>['expected'][number]

const migrationBase = {
  schemaVersions: z.array(schemaVersionSchema).default([]),
  timeoutSeconds: z.number().positive().max(86_400).default(600),
}

export const migrationSchema = z.discriminatedUnion('at', [
  /** The new version migrates when it starts. */
  z.strictObject({
    at: z.literal('boot'),
    ...migrationBase,
    /** The service that migrates. Without it, each service that keeps a data set with a schema version does. */
    service: z.string().optional(),
    /** A regular expression for the log line that says that the migration is through. */
    finishedLog: z.string().optional(),
    /** The same for one that says that it failed. */
    failedLog: z.string().optional(),
  }),
  /** A one-shot service of the stack migrates, before the services that wait for it. */
  z.strictObject({
    at: z.literal('one-shot'),
    ...migrationBase,
    service: z.string(),
    /** Where the stack has no such service: a command in a container of the new image, before the switch. */
    instead: z
      .strictObject({ when: whenSchema.optional(), service: z.string(), argv: z.array(z.string()).min(1) })
      .optional(),
  }),
  /** A command in a container of the new image, by itself. */
  z.strictObject({
    at: z.enum(['before-switch', 'after-switch']),
    ...migrationBase,
    service: z.string(),
    argv: z.array(z.string()).min(1),
  }),
])
export type Migration = z.infer<typeof migrationSchema>
