import { z } from 'zod'
import { probeSchema, smokeTestSchema } from './probe-schema.ts'

const idSchema = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes')

/** How the product numbers its releases and where a stack says which one it runs. */
export const versionPolicySchema = z.strictObject({
  /** Put before the version in a tag: `v` for `v1.4.2`. */
  tagPrefix: z.string().default(''),
  /** Whether pre-releases are offered without asking. */
  prereleases: z.boolean().default(false),
  /** `{version}` and `{service}` are replaced. */
  releaseNotes: z.string().optional(),
  /** The `.env` variable that holds the version of several images. Absent: each service's own image tag. */
  variable: z.string().optional(),
  /**
   * How far apart two versions may be for the older to run on the newer one's data. Beyond it a rollback
   * restores the backup.
   */
  dataCompatible: z.enum(['never', 'within-patch', 'within-minor', 'within-major', 'always']).default('never'),
  /** Versions whose migration cannot be undone but by restoring the backup, whatever `dataCompatible` says. */
  forwardOnly: z.array(z.strictObject({ version: z.string(), reason: z.string() })).default([]),
})

export const serviceSchema = z.strictObject({
  name: z.string(),
  title: z.string().optional(),
  kind: z.enum(['service', 'one-shot', 'pre-pull']).default('service'),
  /** May be absent from a stack. */
  optional: z.boolean().default(false),
  /** Whether upgrades change its image. Databases and proxies: false. */
  upgrade: z.boolean().default(true),
  /** What the product promises, shown beside what is. */
  expected: z
    .strictObject({
      memoryBytes: z.number().int().positive().optional(),
      imageBytes: z.number().int().positive().optional(),
    })
    .optional(),
})
export type RunbookService = z.infer<typeof serviceSchema>

export const gateSchema = z.strictObject({
  /** Limit for one service to become healthy. */
  timeoutSeconds: z.number().positive().max(3600).default(60),
  /** How long health must hold, without a restart, before the next step. */
  settleSeconds: z.number().min(0).max(600).default(10),
  intervalSeconds: z.number().positive().max(60).default(1),
})
export type GateSettings = z.infer<typeof gateSchema>

export const schemaVersionSchema = z.strictObject({
  /** Data set the query asks. */
  dataset: idSchema,
  /** One statement that yields one value. */
  query: z.string(),
})

export const migrationSchema = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('boot'), schemaVersions: z.array(schemaVersionSchema).default([]) }),
  z.strictObject({
    at: z.enum(['before-switch', 'after-switch']),
    service: z.string(),
    argv: z.array(z.string()).min(1),
    timeoutSeconds: z.number().positive().max(86_400).default(600),
    schemaVersions: z.array(schemaVersionSchema).default([]),
  }),
])
export type Migration = z.infer<typeof migrationSchema>

/** Data that a backup takes. Further kinds (PostgreSQL, volume, bucket, Redis) join here. */
export const datasetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sqlite'),
    id: idSchema,
    service: z.string(),
    /** The database file as the container sees it. */
    path: z.string().startsWith('/'),
  }),
])
export type Dataset = z.infer<typeof datasetSchema>

export const backupSchema = z.strictObject({
  datasets: z.array(datasetSchema).min(1),
  /** Backup sets to keep for each data set; older ones go after a newer one is proven good. */
  keep: z.number().int().min(1).max(365).default(7),
})

export const secretSchema = z.strictObject({
  id: idSchema,
  title: z.string().optional(),
  /** The variable in the resolved environment of a service. */
  service: z.string(),
  variable: z.string(),
})

export const logFormatSchema = z.strictObject({
  format: z
    .enum([
      'auto',
      'plain',
      'json',
      'pino',
      'bunyan',
      'structlog',
      'slog',
      'zap',
      'logfmt',
      'python',
      'uvicorn',
      'nginx',
      'postgresql',
      'redis',
    ])
    .default('auto'),
  /** Fields that become columns. */
  fields: z.array(z.string()).default([]),
})

/**
 * How one product is operated. Data, never code: everything that Slipway knows about a product stands in
 * its runbook. Unknown keys are errors, so that a typing mistake is never silently ignored.
 */
export const runbookSchema = z.strictObject({
  slipway: z.literal(1).describe('Version of this format'),
  id: idSchema,
  name: z.string().min(1).max(80),
  description: z.string().optional(),
  homepage: z.url().optional(),
  match: z.strictObject({
    /** Globs over image repositories without registry-independent tag: double star crosses slashes. Any one service that fits is enough. */
    images: z.array(z.string()).min(1),
  }),
  versions: versionPolicySchema.prefault({}),
  /** In the order in which an upgrade takes them. */
  services: z.array(serviceSchema).min(1),
  gate: gateSchema.prefault({}),
  probes: z.array(probeSchema).default([]),
  migrations: migrationSchema.prefault({ at: 'boot' }),
  backup: backupSchema.optional(),
  smokeTest: smokeTestSchema.optional(),
  secrets: z.array(secretSchema).default([]),
  logs: z.record(z.string(), logFormatSchema).default({}),
})
export type Runbook = z.infer<typeof runbookSchema>
export type RunbookInput = z.input<typeof runbookSchema>
