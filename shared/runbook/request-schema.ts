import { z } from 'zod'
import { valueRules } from './condition-schema.ts'

/**
 * Paths, header values and bodies may hold `${secret:ID}`, in smoke tests also `${capture:NAME}` and `${run:id}`:
 * a word that no other run has used.
 */
const templated = z.string().max(20_000)

export const jsonConditionSchema = z
  .strictObject({
    /** Dotted path into the body: `checks.database.status`, `items[0].id`. */
    path: z.string(),
    ...valueRules,
    exists: z.boolean().optional(),
  })
  .describe('A condition on one value of a JSON body')

export const prometheusConditionSchema = z
  .strictObject({
    /** `handoffs_total`, as the exposition names it. */
    metric: z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, 'a metric name'),
    /** Labels that a sample must have; others are free. The values of all samples that fit are added up. */
    labels: z.record(z.string(), z.string()).default({}),
    exists: z.boolean().optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  })
  .describe('A condition on one series of a body in the Prometheus text format')

/** One figure that is kept and drawn over time, of an answer in the Prometheus text format. */
export const metricSchema = z
  .strictObject({
    /** Names the chart. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
    title: z.string().min(1).max(80),
    unit: z.enum(['percent', 'bytes', 'bytes-per-second', 'milliseconds', 'count', 'per-second', 'seconds']),
    metric: z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, 'a metric name'),
    /** Labels that a sample must have; others are free. */
    labels: z.record(z.string(), z.string()).default({}),
    /** A label of which each value is a line of its own. Without it the values of all samples are added up. */
    by: z.string().optional(),
    /** A counter that only rises: its increase per second is drawn. */
    rate: z.boolean().default(false),
    /** Multiplies the values, as 1000 makes milliseconds of seconds. */
    factor: z.number().positive().default(1),
  })
  .describe('A figure to be drawn over time')
export type Metric = z.infer<typeof metricSchema>

/** What an answer must look like. All that is given must hold. */
export const expectationSchema = z.strictObject({
  status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
  json: z.array(jsonConditionSchema).optional(),
  text: z.strictObject({ contains: z.string().optional(), matches: z.string().optional() }).optional(),
  prometheus: z.array(prometheusConditionSchema).optional(),
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
  /** Value of the Host header where the product routes by it. May also hold `${env:NAME}`, a variable of the service. */
  host: z.string().optional(),
  headers: z.record(z.string(), templated).default({}),
  /** An object is sent as JSON. */
  body: z.union([templated, z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  timeoutSeconds: z.number().positive().max(120).default(5),
})
export type HttpRequest = z.infer<typeof httpRequestSchema>
