import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import { runbookBindingSchema } from './runbooks.ts'

/** A stack is named by its host and its Compose project. */
export const stackRefSchema = z.object({ hostId: z.string(), project: z.string() })
export type StackRef = z.infer<typeof stackRefSchema>

/**
 * The words for health, worst last. `unknown` means that nobody could check, which is never good news;
 * `maintenance` that an operation of Slipway's own is under way.
 */
export const healthSchema = z.enum(['healthy', 'starting', 'maintenance', 'degraded', 'unknown', 'down'])
export type Health = z.infer<typeof healthSchema>

/** A verdict of a gate or a preflight. Unknown is never passed. */
export const verdictSchema = z.enum(['passed', 'warning', 'failed', 'unknown'])
export type Verdict = z.infer<typeof verdictSchema>

/** One judged probe with the evidence for its verdict. */
export const probeResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  service: z.string(),
  health: healthSchema,
  /** Why it was judged so, in a sentence. */
  reason: z.string(),
  /** What was asked: `GET http://127.0.0.1:5010/health`. Secrets masked. */
  request: z.string(),
  /** What was answered: status, headers that matter, first bytes of the body. Masked. Null when nothing came. */
  answer: z.object({ status: z.number().nullable(), body: z.string() }).nullable(),
  durationMs: z.number().nullable(),
  /** Seconds for which the server asked not to be asked again. */
  retryAfterSeconds: z.number().optional(),
  /** ISO 8601. */
  checkedAt: z.string(),
})
export type ProbeResult = z.infer<typeof probeResultSchema>

export const imagePinSchema = z.object({
  /** As written in the resolved model: `localhost:5000/acme/error-tracker:0.10.0`. */
  reference: z.string(),
  repository: z.string(),
  tag: z.string().nullable(),
  digest: z.string().nullable(),
  /** `latest`, `0.10`, a branch name: the same words mean another image tomorrow. */
  moving: z.boolean(),
  /** Where the version is written, to be edited by an upgrade; null when Slipway found no place. */
  location: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('compose'), file: z.string(), line: z.number().int(), column: z.number().int() }),
      z.object({ kind: z.literal('variable'), file: z.string(), variable: z.string(), line: z.number().int() }),
    ])
    .nullable(),
})
export type ImagePin = z.infer<typeof imagePinSchema>

export const containerViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  /** The container's own HEALTHCHECK; null when it has none. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).nullable(),
  exitCode: z.number().nullable(),
  restartCount: z.number().int(),
  startedAt: z.string().nullable(),
  imageReference: z.string(),
  imageId: z.string(),
  /** Repository digest of the running image, `sha256:…`; null for images that were built or loaded. */
  digest: z.string().nullable(),
  oomKilled: z.boolean(),
})
export type ContainerView = z.infer<typeof containerViewSchema>

export const usageSchema = z.object({
  /** Percent of one core. */
  cpuPercent: z.number(),
  memoryBytes: z.number(),
  /** Null: no limit. */
  memoryLimitBytes: z.number().nullable(),
})
export type Usage = z.infer<typeof usageSchema>

export const portSchema = z.object({
  containerPort: z.number().int(),
  protocol: z.string(),
  hostIp: z.string().nullable(),
  hostPort: z.number().int().nullable(),
})

export const serviceViewSchema = z.object({
  name: z.string(),
  kind: z.enum(['service', 'one-shot', 'pre-pull']),
  /** Version as a person says it: the tag without the runbook's prefix, or twelve characters of a digest. */
  version: z.string().nullable(),
  pin: imagePinSchema.nullable(),
  containers: z.array(containerViewSchema),
  health: healthSchema,
  healthReason: z.string(),
  usage: usageSchema.nullable(),
  ports: z.array(portSchema),
  probes: z.array(probeResultSchema),
})
export type ServiceView = z.infer<typeof serviceViewSchema>

/** A difference between what should run (Compose's model) and what runs (the engine). */
export const driftSchema = z.object({
  kind: z.enum([
    'not-applied',
    'image-drift',
    'orphan',
    'inactive-profile',
    'leftover',
    'missing',
    'stopped',
    'moving-tag',
  ]),
  service: z.string().nullable(),
  message: z.string(),
  hint: z.string(),
})
export type Drift = z.infer<typeof driftSchema>

export const stackSummarySchema = z.object({
  ref: stackRefSchema,
  name: z.string(),
  runbook: runbookBindingSchema,
  directory: z.string(),
  composeFiles: z.array(z.string()),
  version: z.string().nullable(),
  health: healthSchema,
  healthReason: z.string(),
  runningServices: z.number().int(),
  totalServices: z.number().int(),
  /** ISO 8601: since when the present health holds, as far as this app has seen. */
  since: z.string().nullable(),
  operation: z
    .object({ id: z.string(), kind: z.string(), owner: z.string(), mine: z.boolean(), stale: z.boolean() })
    .nullable(),
  error: errorShapeSchema.nullable(),
  /** `last`: as it was seen last, as nothing newer could be seen. `none`: it was never read, and nothing is known of it. */
  picture: z.enum(['current', 'last', 'none']),
})
export type StackSummary = z.infer<typeof stackSummarySchema>

export const stackDetailSchema = stackSummarySchema.extend({
  services: z.array(serviceViewSchema),
  drift: z.array(driftSchema),
  /** When the shown picture was taken; null where there is none. */
  checkedAt: z.string().nullable(),
})
export type StackDetail = z.infer<typeof stackDetailSchema>

export const availableVersionSchema = z.object({
  version: z.string(),
  tag: z.string(),
  prerelease: z.boolean(),
  /** The tag exists for every service of the choice. Otherwise: the services that lack it. */
  missingFor: z.array(z.string()),
  /** To what those services run that have it. */
  relation: z.enum(['current', 'patch', 'minor', 'major', 'downgrade', 'unknown']),
  /** Each page once, with the first of the services that it is about. Empty: the runbook names none. */
  releaseNotes: z.array(z.object({ service: z.string(), url: z.string() })),
})
export type AvailableVersion = z.infer<typeof availableVersionSchema>

/** What the registry has for one service, held against what it runs. */
export const serviceVersionsSchema = z.object({
  service: z.string(),
  current: z.string().nullable(),
  standing: z.enum([
    'newer',
    /** What runs is a version, and nothing newer exists. */
    'newest',
    /** What runs is no version, and its tag points to another image now. */
    'tag-moved',
    /** What runs is no version, and its tag still points to the image that runs. */
    'tag-same',
    /** Nobody can say, which is never "up to date". */
    'unknown',
  ]),
  /** Why, in a sentence. */
  reason: z.string(),
  /**
   * Where it is newer: the newest that it can go to by itself, together with the services whose version is written in
   * the same place; where those lack it, they are in `missingFor`.
   */
  newest: availableVersionSchema.nullable(),
})
export type ServiceVersions = z.infer<typeof serviceVersionsSchema>

/** What the registry said. "Could not check" is a state of its own, never "up to date". */
export const versionsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('checked'),
    checkedAt: z.string(),
    current: z.string().nullable(),
    versions: z.array(availableVersionSchema),
    /**
     * The newest upgrade that every service has; null where there is none, which alone does not mean "up to date":
     * `services` says that.
     */
    newest: z.string().nullable(),
    services: z.array(serviceVersionsSchema),
    /** Whether pre-releases are offered unasked. */
    prereleases: z.boolean(),
  }),
  z.object({
    kind: z.literal('unchecked'),
    checkedAt: z.string(),
    current: z.string().nullable(),
    error: errorShapeSchema,
  }),
])
export type Versions = z.infer<typeof versionsSchema>
