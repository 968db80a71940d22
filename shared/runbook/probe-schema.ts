import { z } from 'zod'

/**
 * Paths, header values and bodies may hold `${secret:ID}`, in smoke tests also `${capture:NAME}` and `${run:id}`:
 * a word that no other run has used.
 */
const templated = z.string().max(20_000)

export const jsonConditionSchema = z
  .strictObject({
    /** Dotted path into the body: `checks.database.status`, `items[0].id`. */
    path: z.string(),
    equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    oneOf: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    exists: z.boolean().optional(),
    matches: z.string().optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  })
  .describe('A condition on one value of a JSON body')

/** What an answer must look like. All that is given must hold. */
export const expectationSchema = z.strictObject({
  status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
  json: z.array(jsonConditionSchema).optional(),
  text: z.strictObject({ contains: z.string().optional(), matches: z.string().optional() }).optional(),
  headers: z.record(z.string(), z.string()).optional(),
})
export type Expectation = z.infer<typeof expectationSchema>

export const httpRequestSchema = z.strictObject({
  service: z.string(),
  /** The container's port. Slipway finds the way to it: published port, else the container's address. */
  port: z.number().int().min(1).max(65535),
  tls: z.boolean().default(false),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  path: z.string().startsWith('/'),
  /** Value of the Host header where the product routes by it. */
  host: z.string().optional(),
  headers: z.record(z.string(), templated).default({}),
  /** An object is sent as JSON. */
  body: z.union([templated, z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  timeoutSeconds: z.number().positive().max(120).default(5),
})
export type HttpRequest = z.infer<typeof httpRequestSchema>

const probeBase = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string().optional(),
  /** Semver range of the service's version for which the probe holds; every version when absent. */
  versions: z.string().optional(),
  intervalSeconds: z.number().min(1).max(3600).default(15),
}

/** One health question. Judged in this order: starting, degraded, healthy; what fits none is down. */
export const probeSchema = z.union([
  z.strictObject({
    ...probeBase,
    http: httpRequestSchema,
    healthy: expectationSchema,
    degraded: expectationSchema.optional(),
    starting: expectationSchema.optional(),
  }),
  z.strictObject({
    ...probeBase,
    tcp: z.strictObject({
      service: z.string(),
      port: z.number().int().min(1).max(65535),
      timeoutSeconds: z.number().positive().max(120).default(5),
    }),
  }),
  z.strictObject({
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
  }),
])
export type Probe = z.infer<typeof probeSchema>

/** One request of a smoke test. What is expected may hold `${capture:NAME}` and `${run:id}` too. Steps run in order; a failed assertion ends the test, and cleanup runs all the same. */
export const smokeStepSchema = z.strictObject({
  title: z.string(),
  http: httpRequestSchema,
  expect: expectationSchema,
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
