import { z } from 'zod'
import { idSchema } from './condition-schema.ts'
import { backupSchema, migrationSchema } from './data-schema.ts'
import { probeSchema, smokeTestSchema } from './probe-schema.ts'
import { versionPolicySchema } from './version-schema.ts'

export const serviceSchema = z.strictObject({
  name: z.string(),
  title: z.string().optional(),
  /** Other names that it has in stacks of the same product: the first that is in the stack counts. */
  aliases: z.array(z.string()).default([]),
  /** `one-shot` and `pre-pull` are healthy when they have ended with exit code 0; `pre-pull` only brings its image. */
  kind: z.enum(['service', 'one-shot', 'pre-pull']).default('service'),
  /** May be absent from a stack. */
  optional: z.boolean().default(false),
  /** Whether upgrades change its image. Databases and proxies: false. */
  upgrade: z.boolean().default(true),
  /** Services that come before it in an upgrade, where the order of this list is not enough. */
  after: z.array(z.string()).default([]),
  /** Put before the version in its image's tag, where it differs from the product's. */
  tagPrefix: z.string().optional(),
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

export const secretSchema = z.strictObject({
  id: idSchema,
  title: z.string().optional(),
  /** The variable in the resolved environment of a service. */
  service: z.string(),
  variable: z.string(),
  /** What makes a good value. */
  rule: z
    .strictObject({
      minLength: z.number().int().min(1).max(4096).optional(),
      /** Length after decoding. */
      bytes: z.number().int().min(1).max(4096).optional(),
      encoding: z.enum(['text', 'hex', 'base64']).default('text'),
    })
    .optional(),
  /** How it is changed, and what that breaks. */
  rotation: z
    .strictObject({
      how: z.enum(['replace', 'keyring', 're-encrypt', 'never']),
      impact: z.string(),
      /** Services to be recreated afterwards. */
      services: z.array(z.string()).default([]),
    })
    .optional(),
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
  /** Names of the usual fields, where they are not the format's own. */
  keys: z
    .strictObject({ time: z.string().optional(), level: z.string().optional(), message: z.string().optional() })
    .optional(),
})

export type LogFormat = z.infer<typeof logFormatSchema>['format']
export type LogKeys = NonNullable<z.infer<typeof logFormatSchema>['keys']>

/** A question of the go-live checklist that a person answers. */
export const checklistItemSchema = z.strictObject({
  id: idSchema,
  title: z.string(),
  description: z.string().optional(),
})

/** More services than this are no product that anybody operates by a document. */
const MAX_SERVICES = 200

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
    /** Services that all have to be in the stack, by name or alias. */
    services: z.array(z.string()).default([]),
  }),
  versions: versionPolicySchema.prefault({}),
  /** In the order in which an upgrade takes them. */
  services: z.array(serviceSchema).min(1).max(MAX_SERVICES),
  gate: gateSchema.prefault({}),
  probes: z.array(probeSchema).default([]),
  migrations: migrationSchema.prefault({ at: 'boot' }),
  backup: backupSchema.optional(),
  smokeTest: smokeTestSchema.optional(),
  secrets: z.array(secretSchema).default([]),
  logs: z.record(z.string(), logFormatSchema).default({}),
  checklist: z.array(checklistItemSchema).default([]),
})
export type Runbook = z.infer<typeof runbookSchema>
export type RunbookInput = z.input<typeof runbookSchema>
