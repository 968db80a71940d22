import { z } from 'zod'
import { healthSchema, stackRefSchema } from './stacks.ts'

/**
 * What was seen at one time. `unobserved` is the time in which nobody looked (the app was closed, the computer
 * slept, its clock jumped): it is neither up nor down, and counts as neither.
 */
export const observedSchema = z.enum(['healthy', 'degraded', 'down', 'unknown', 'maintenance', 'unobserved'])
export type Observed = z.infer<typeof observedSchema>

export const rangeSchema = z.enum(['1h', '24h', '7d', '30d', '90d', '1y'])
export type Range = z.infer<typeof rangeSchema>

/** A stretch of one state. ISO 8601. */
export const segmentSchema = z.object({ from: z.string(), to: z.string(), state: observedSchema })
export type Segment = z.infer<typeof segmentSchema>

export const uptimeSchema = z.object({
  range: rangeSchema,
  /** Healthy or degraded time among the observed time without maintenance, 0 to 1; null when nothing was observed. */
  up: z.number().nullable(),
  /** How much of the range was observed at all, 0 to 1. */
  observed: z.number(),
})
export type Uptime = z.infer<typeof uptimeSchema>

/** One drawn line. Null values are times without an observation, and are drawn as such. */
export const seriesSchema = z.object({
  /** `cpu`, `memory`, `response`, or the runbook's name of a metric. */
  id: z.string(),
  title: z.string(),
  unit: z.enum(['percent', 'bytes', 'bytes-per-second', 'milliseconds', 'count', 'per-second', 'seconds']),
  /** Service, probe or quantile that the line stands for. */
  label: z.string(),
  /** A limit to draw with it, as memory's. */
  limit: z.number().nullable(),
  /** One value for each time of the chart. */
  values: z.array(z.number().nullable()),
  /** The highest at each time, where a value is the mean of several and hides it. */
  peaks: z.array(z.number().nullable()).nullable(),
})
export type Series = z.infer<typeof seriesSchema>

/** A time in which nobody looked, or nobody could see. ISO 8601; without an end it goes on. */
export const unseenSchema = z.object({ from: z.string(), to: z.string().nullable() })
export type Unseen = z.infer<typeof unseenSchema>

/** What happened at a time and is marked on every chart. */
export const markSchema = z.object({
  kind: z.enum(['operation', 'incident', 'restart']),
  id: z.string(),
  title: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  /** Of an incident, what lies within it and was not seen: nobody knows how the stack was then. */
  unseen: z.array(unseenSchema).optional(),
})
export type Mark = z.infer<typeof markSchema>

export const stackMetricsSchema = z.object({
  range: rangeSchema,
  from: z.string(),
  to: z.string(),
  /** Width of one value: raw samples a day back, minutes a week, hours a year. */
  stepSeconds: z.number(),
  /** ISO 8601, one for each value of a series. */
  times: z.array(z.string()),
  segments: z.array(segmentSchema),
  uptime: z.array(uptimeSchema),
  series: z.array(seriesSchema),
  marks: z.array(markSchema),
  /** Restarts in the range that are no marks here, being too many: at least so many, as of these only the newest are kept. */
  restartsLeftOut: z.number(),
  disk: z
    .object({
      path: z.string(),
      freeBytes: z.number(),
      totalBytes: z.number(),
      /** ISO 8601: when it was measured last; long ago where its host was out of reach. */
      measuredAt: z.string(),
      /** Days until it is full at the pace of the last week; null: not foreseeable. */
      fullInDays: z.number().nullable(),
    })
    .nullable(),
})
export type StackMetrics = z.infer<typeof stackMetricsSchema>

export const incidentSchema = z.object({
  id: z.string(),
  ref: stackRefSchema,
  state: healthSchema,
  /** The worst that it came to. */
  worst: healthSchema,
  begin: z.string(),
  /** Null: still open. */
  end: z.string().nullable(),
  service: z.string().nullable(),
  /** What failed, in a sentence. */
  reason: z.string(),
  /** What was asked and answered, and what else was known. Secrets masked. */
  evidence: z.array(z.object({ title: z.string(), text: z.string() })),
  /** The last lines of the failing services at that moment, masked. */
  logs: z.array(z.object({ service: z.string(), text: z.string() })),
})
export type Incident = z.infer<typeof incidentSchema>

/** An incident with the times within it that nobody observed: it surely lasted only through the others. */
export const toldIncidentSchema = incidentSchema.extend({ unseen: z.array(unseenSchema) })
export type ToldIncident = z.infer<typeof toldIncidentSchema>

/** What a person should be told now, in the app and natively. */
export const noticeSchema = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.enum(['down', 'degraded', 'recovered', 'watch-rule', 'host-lost', 'host-back', 'clock']),
  /** The stack that it is about, the host as a whole, or, where neither is named, this computer. */
  ref: z.object({ hostId: z.string().nullable(), project: z.string().nullable() }),
  title: z.string(),
  body: z.string(),
  incidentId: z.string().nullable(),
  /** Of a watch rule: the last line that met it, by the host's clock. */
  line: z.object({ time: z.string(), service: z.string() }).optional(),
})
export type Notice = z.infer<typeof noticeSchema>

/** Of which kinds of news a person wants to be told. All of them are kept in the list. */
export const noticeSettingsSchema = z.object({
  told: z
    .object({
      down: z.boolean().default(true),
      degraded: z.boolean().default(true),
      recovered: z.boolean().default(true),
      'watch-rule': z.boolean().default(true),
      /** A host cannot be reached, and is reached again. */
      'host-lost': z.boolean().default(true),
      'host-back': z.boolean().default(true),
      clock: z.boolean().default(true),
    })
    .prefault({}),
})
export type NoticeSettings = z.infer<typeof noticeSettingsSchema>

/** One stack among all hosts. */
export const fleetStackSchema = z.object({
  ref: stackRefSchema,
  name: z.string(),
  version: z.string().nullable(),
  state: observedSchema,
  reason: z.string(),
  since: z.string().nullable(),
  /** The last 24 hours in 48 parts, the worst of each. */
  day: z.array(observedSchema),
  uptime: uptimeSchema,
  responseP50Ms: z.number().nullable(),
  openIncident: z.string().nullable(),
})
export type FleetStack = z.infer<typeof fleetStackSchema>

export const fleetHostSchema = z.object({
  hostId: z.string(),
  label: z.string(),
  connected: z.boolean(),
  /** Whether its stacks were listed: where they were not, what is missing here may be there all the same. */
  listed: z.boolean(),
  /** Why it is not connected, or why its stacks could not be listed. */
  reason: z.string(),
  worst: observedSchema,
  stacks: z.array(fleetStackSchema),
})
export type FleetHost = z.infer<typeof fleetHostSchema>
