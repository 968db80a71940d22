import { z } from 'zod'
import { idSchema, valueConditionSchema, whenSchema } from './condition-schema.ts'
import { expectationSchema, httpRequestSchema, metricSchema } from './request-schema.ts'

const portSchema = z.number().int().min(1).max(65535)

const probeBase = {
  id: idSchema,
  title: z.string().optional(),
  when: whenSchema.optional(),
  /** Semver range of the service's version for which the probe holds; every version when absent. */
  versions: z.string().optional(),
  intervalSeconds: z.number().min(1).max(3600).default(15),
}

/** HTTP. Judged in this order: starting, degraded, healthy; what fits none is down. */
export const httpProbeSchema = z.strictObject({
  ...probeBase,
  http: httpRequestSchema,
  healthy: expectationSchema,
  degraded: expectationSchema.optional(),
  starting: expectationSchema.optional(),
  /** Figures of the answer that are kept and drawn over time, where it is in the Prometheus text format. */
  metrics: z.array(metricSchema).max(20).optional(),
})

/** A connection is accepted. */
export const tcpProbeSchema = z.strictObject({
  ...probeBase,
  tcp: z.strictObject({
    service: z.string(),
    port: portSchema,
    timeoutSeconds: z.number().positive().max(120).default(5),
  }),
})

/** A TLS handshake succeeds and the certificate is for the name and not about to expire. */
export const tlsProbeSchema = z.strictObject({
  ...probeBase,
  tls: z.strictObject({
    service: z.string(),
    port: portSchema,
    /** Name to ask for (SNI), and to find in the certificate. May hold `${env:NAME}`. */
    serverName: z.string(),
    /** Whether a certificate that no known authority signed is good enough. */
    selfSigned: z.boolean().default(false),
    /** Fewer days left than this: degraded. Expired: down. */
    minDaysLeft: z.number().int().min(0).max(3650).default(14),
    timeoutSeconds: z.number().positive().max(120).default(5),
  }),
})

/** A program in the running container. */
export const commandProbeSchema = z.strictObject({
  ...probeBase,
  command: z.strictObject({
    service: z.string(),
    argv: z.array(z.string()).min(1),
    timeoutSeconds: z.number().positive().max(300).default(10),
  }),
  healthy: z
    .strictObject({
      exitCode: z.array(z.number().int()).default([0]),
      stdout: z.strictObject({ contains: z.string().optional(), matches: z.string().optional() }).optional(),
    })
    .prefault({}),
})

/** The container itself: running, healthy where it has a check of its own, and not restarting all the time. */
export const containerProbeSchema = z.strictObject({
  ...probeBase,
  container: z.strictObject({
    service: z.string(),
    /** Restarts by the engine since the container was made: more are degraded. */
    maxRestarts: z.number().int().min(0).optional(),
  }),
})

/** One statement asked of a data set; the first value of its first row is judged. */
export const queryProbeSchema = z.strictObject({
  ...probeBase,
  query: z.strictObject({
    /** Id of the data set: a PostgreSQL or SQLite database. */
    dataset: idSchema,
    sql: z.string().min(1),
    timeoutSeconds: z.number().positive().max(120).default(10),
  }),
  healthy: valueConditionSchema.prefault({}),
  degraded: valueConditionSchema.optional(),
})

/** One health question. */
export const probeSchema = z.union([
  httpProbeSchema,
  tcpProbeSchema,
  tlsProbeSchema,
  commandProbeSchema,
  containerProbeSchema,
  queryProbeSchema,
])
export type Probe = z.infer<typeof probeSchema>

/** One request of a smoke test. What is expected may hold `${capture:NAME}` and `${run:id}` too. Steps run in order; a failed assertion ends the test, and cleanup runs all the same. */
export const smokeStepSchema = z.strictObject({
  title: z.string(),
  when: whenSchema.optional(),
  /** Semver range of the service's version for which the step holds. */
  versions: z.string().optional(),
  http: httpRequestSchema,
  expect: expectationSchema,
  /** Asked again every second until it holds, for so long: for what the product does a moment later. Once when absent. */
  withinSeconds: z.number().positive().max(600).optional(),
  /** Values of the JSON body to keep: name → path. Used later as `${capture:name}`. */
  capture: z.record(z.string(), z.string()).default({}),
})
export type SmokeStep = z.infer<typeof smokeStepSchema>

export const smokeTestSchema = z.strictObject({
  /** Whether it leaves anything behind in the product's data. */
  writes: z.boolean().default(false),
  steps: z.array(smokeStepSchema).min(1),
  cleanup: z.array(smokeStepSchema).default([]),
})
