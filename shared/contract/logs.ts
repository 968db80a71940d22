import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import { logLevelSchema } from '../logs/level.ts'

/** Field = value. A value is compared as the text that the screen shows for it. */
export const fieldConditionSchema = z.object({
  /** Path in the parsed line, by dots: `req.id`. */
  field: z.string().min(1).max(200),
  value: z.string().max(2000),
  /** True: the lines that have this value are left out. */
  exclude: z.boolean(),
})
export type FieldCondition = z.infer<typeof fieldConditionSchema>

/** Which lines a view shows. Conditions of different kinds are all to hold; an empty list asks for nothing. */
export const logFilterSchema = z.object({
  services: z.array(z.string()).default([]),
  /** `none` stands for lines without a level. */
  levels: z.array(z.union([logLevelSchema, z.literal('none')])).default([]),
  /** ISO 8601, inclusive; by the engine's clock. */
  from: z.string().nullable().default(null),
  to: z.string().nullable().default(null),
  fields: z.array(fieldConditionSchema).max(50).default([]),
  /** Searched for in the whole line as it was written. */
  text: z.string().max(2000).default(''),
  regularExpression: z.boolean().default(false),
  matchCase: z.boolean().default(false),
})
export type LogFilter = z.infer<typeof logFilterSchema>

/** Which view of the logs: the page makes up the id, and a view lives as long as its `log.watch`. */
export const logViewRefSchema = z.object({ viewId: z.uuid() })

/** The most rows that are handed over at once. */
export const MAX_LOG_ROWS = 500

/** One row of the list. Long texts are cut here; `log.line` has the whole. */
export const logRowSchema = z.object({
  /** Names the row while the view lives, also when the filter changes. */
  id: z.number().int(),
  kind: z.enum([
    'line',
    /** Lines may be missing here, and the message says why. */
    'gap',
    /** Lines came faster than they could be kept; the message says how many were left out. */
    'skipped',
    /** The container of a service began, ended or was replaced. */
    'container',
  ]),
  /** The engine's time: ISO 8601 with nanoseconds, UTC. */
  time: z.string(),
  service: z.string(),
  /** First twelve characters of the container's id. */
  container: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  level: logLevelSchema.nullable(),
  message: z.string(),
  /** The runbook's key fields that the line has, as text. */
  fields: z.record(z.string(), z.string()),
  /** Further lines of the same entry (a stack trace), folded into this row. */
  extraLines: z.number().int(),
  /** The message is longer than what stands here. */
  cut: z.boolean(),
})
export type LogRow = z.infer<typeof logRowSchema>

/** One entry with all that is known of it. Secrets masked. */
export const logLineDetailSchema = logRowSchema.extend({
  /** As it was written, stack trace included; at most 256 KiB. */
  text: z.string(),
  sizeBytes: z.number().int(),
  /** The parsed fields as pretty JSON; null for a plain line. */
  json: z.string().nullable(),
  /** Every field by its path, as text, for filtering by it. */
  allFields: z.array(z.object({ field: z.string(), value: z.string() })),
  format: z.string(),
  /** What to know of the reading: that the line is too long or too damaged to be read whole. */
  note: z.string().nullable(),
})
export type LogLineDetail = z.infer<typeof logLineDetailSchema>

export const logCountsSchema = z.object({
  trace: z.number().int(),
  debug: z.number().int(),
  info: z.number().int(),
  warn: z.number().int(),
  error: z.number().int(),
  fatal: z.number().int(),
  none: z.number().int(),
})
export type LogCounts = z.infer<typeof logCountsSchema>

/** Lines by level over time, of the lines that pass the filter. Buckets without lines are left out. */
export const logHistogramSchema = z.object({
  /** ISO 8601; the beginning of the first bucket and the end of the last. */
  from: z.string(),
  to: z.string(),
  bucketMs: z.number(),
  buckets: z.array(z.object({ at: z.string(), counts: logCountsSchema })),
})
export type LogHistogram = z.infer<typeof logHistogramSchema>

/** How the tail of one service stands. */
export const logServiceStateSchema = z.object({
  service: z.string(),
  state: z.enum(['following', 'waiting', 'reconnecting', 'ended']),
  /** The format by which its lines are read; `detected` where the runbook does not state it. */
  format: z.string(),
  detected: z.boolean(),
  /** Key fields of the runbook for this service. */
  fields: z.array(z.string()),
  error: errorShapeSchema.nullable(),
})
export type LogServiceState = z.infer<typeof logServiceStateSchema>

/**
 * What a view shows of itself, pushed a few times a second while something changes. Rows are asked for by their
 * place among those that pass the filter: `firstPlace` (the oldest held) up to `firstPlace + count`.
 */
export const logViewStateSchema = z.object({
  viewId: z.string(),
  /** Rises with each change of the filter: places of another revision mean other rows. */
  revision: z.number().int(),
  /**
   * A row keeps its place while it is held. Rises as old lines are let go; falls as a new filter finds older rows
   * (newest first) and as a search does. Never negative.
   */
  firstPlace: z.number().int(),
  count: z.number().int(),
  /** Lines held, whatever the filter, with their size. */
  heldLines: z.number().int(),
  heldBytes: z.number().int(),
  /** Lines that were left out because they came faster than they could be kept. */
  skippedLines: z.number().int(),
  /** The filter is still being applied to what is held. */
  filtering: z.boolean(),
  /** Rows were inserted before the newest (a late line, a search): pages already read are to be read again. */
  reordered: z.number().int(),
  oldest: z.string().nullable(),
  /** From here on all lines of the services that the filter lets pass are held; null: not known yet. */
  heldFrom: z.string().nullable(),
  newest: z.string().nullable(),
  histogram: logHistogramSchema.nullable(),
  services: z.array(logServiceStateSchema),
  /** The search through what the host still has: backwards in growing windows, or around a moment. */
  search: z
    .object({
      state: z.enum([
        'running',
        'found',
        /** What searches found takes as much room as it may: more is found only by a filter that lets less pass. */
        'full',
        /** Of a moment: the host has no lines of then, or the filter's range of time leaves it out. */
        'exhausted',
        'cancelled',
        'failed',
      ]),
      /** The moment whose lines were asked for, as it was given; null: everything was, as far back as there is. */
      at: z.string().nullable(),
      /** How far it has looked. */
      lookedBackTo: z.string().nullable(),
      readLines: z.number().int(),
      foundLines: z.number().int(),
      error: errorShapeSchema.nullable(),
    })
    .nullable(),
  error: errorShapeSchema.nullable(),
})
export type LogViewState = z.infer<typeof logViewStateSchema>

/** A filter with a name, kept for a stack on this computer. */
export const savedFilterSchema = z.object({ id: z.string(), name: z.string().min(1).max(80), filter: logFilterSchema })
export type SavedFilter = z.infer<typeof savedFilterSchema>

/** Raises a notification when more than `moreThan` lines within `withinSeconds` pass the filter. */
export const watchRuleSchema = z.object({
  id: z.string(),
  name: z.string().min(1).max(80),
  filter: logFilterSchema,
  moreThan: z.number().int().min(0).max(1_000_000),
  withinSeconds: z.number().int().min(1).max(86_400),
  enabled: z.boolean(),
})
export type WatchRule = z.infer<typeof watchRuleSchema>
