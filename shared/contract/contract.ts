import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import {
  backupListSchema,
  backupViewSchema,
  replacedListSchema,
  replacedMeasureSchema,
  replacedRefSchema,
} from './backups.ts'
import { hostAnswerSchema, hostTargetSchema, hostViewSchema, sshConfigSchema } from './hosts.ts'
import {
  logFilterSchema,
  logLineDetailSchema,
  logRowSchema,
  logViewRefSchema,
  logViewStateSchema,
  MAX_LOG_ROWS,
  savedFilterSchema,
  watchRuleSchema,
} from './logs.ts'
import {
  fleetHostSchema,
  noticeSchema,
  noticeSettingsSchema,
  rangeSchema,
  stackMetricsSchema,
  toldIncidentSchema,
} from './monitor.ts'
import {
  journalEntrySchema,
  lockViewSchema,
  operationEventSchema,
  operationRecordSchema,
  operationSummarySchema,
  planSchema,
  rollbackChoiceSchema,
  upgradeOptionsSchema,
} from './operations.ts'
import { runbookDraftSchema, runbooksViewSchema, runbookViewSchema } from './runbooks.ts'
import { stackDetailSchema, stackRefSchema, stackSummarySchema, versionsSchema } from './stacks.ts'
import { targetVersionSchema, versionFactsSchema } from './versions.ts'

/** Every expected failure crosses the contract as this one typed error, told apart by `data.code`. */
const base = oc.errors({ SLIPWAY: { status: 422, data: errorShapeSchema } })

const hostIdSchema = z.object({ hostId: z.string() })
const operationRefSchema = stackRefSchema.extend({ operationId: z.string() })

/** What runs and where: for the window's title, the about box and the reports people send. */
export const appInfoSchema = z.object({
  version: z.string(),
  runtime: z.enum(['electron', 'browser']),
  user: z.string(),
  machine: z.string(),
  dataFolder: z.string(),
  /** Whether secrets can be kept, and if not, why. */
  vault: z.object({ available: z.boolean(), reason: z.string().nullable() }),
})
export type AppInfo = z.infer<typeof appInfoSchema>

/** Every procedure between the renderer and the main process. `watch…` yields the whole picture first, then again on each change. */
export const contract = {
  app: {
    info: base.output(appInfoSchema),
  },
  host: {
    watchAll: base.output(eventIterator(z.array(hostViewSchema))),
    add: base
      .input(z.object({ label: z.string().trim().min(1).max(80), target: hostTargetSchema }))
      .output(hostViewSchema),
    rename: base.input(hostIdSchema.extend({ label: z.string().trim().min(1).max(80) })).output(z.void()),
    /** Forgets the host on this computer. Nothing on the host changes. */
    remove: base.input(hostIdSchema).output(z.void()),
    /** Starts connecting; progress and questions come by `watchAll`. */
    connect: base.input(hostIdSchema).output(z.void()),
    disconnect: base.input(hostIdSchema).output(z.void()),
    answer: base.input(hostIdSchema.extend({ questionId: z.string(), answer: hostAnswerSchema })).output(z.void()),
    forgetSecrets: base.input(hostIdSchema).output(z.void()),
    /** Changes the remembered answer to "go by sudo?". */
    setSudo: base.input(hostIdSchema.extend({ usesSudo: z.boolean() })).output(z.void()),
    sshConfig: base.output(sshConfigSchema),
  },
  stack: {
    /** The stacks of one host; `error` where they could not be read, with the last picture kept. */
    watchAll: base
      .input(hostIdSchema)
      .output(
        eventIterator(
          z.object({ stacks: z.array(stackSummarySchema), error: errorShapeSchema.nullable(), loading: z.boolean() }),
        ),
      ),
    watch: base.input(stackRefSchema).output(eventIterator(stackDetailSchema)),
    /** Reads it anew. */
    refresh: base.input(stackRefSchema).output(z.void()),
    /** Reads it anew, and asks all its probes. Returns when they have answered, or not in time. */
    check: base.input(stackRefSchema).output(z.void()),
    /** Adds a stack that the engine does not know yet, by its project directory. */
    addDirectory: base.input(hostIdSchema.extend({ directory: z.string().startsWith('/') })).output(stackRefSchema),
    versions: base.input(stackRefSchema.extend({ services: z.array(z.string()).default([]) })).output(versionsSchema),
  },
  upgrade: {
    /** What is known of these versions of the chosen services (none: all), in their order; ends when all are known. */
    watchVersionFacts: base
      .input(
        stackRefSchema.extend({
          services: z.array(z.string()).default([]),
          versions: z.array(targetVersionSchema).max(50),
        }),
      )
      .output(eventIterator(z.array(versionFactsSchema))),
    plan: base
      .input(stackRefSchema.extend({ version: targetVersionSchema, options: upgradeOptionsSchema.prefault({}) }))
      .output(planSchema),
    /** Runs a plan that was shown. Returns at once; progress comes by `operation.watch`. */
    run: base.input(stackRefSchema.extend({ planId: z.string() })).output(z.object({ operationId: z.string() })),
  },
  rollback: {
    plan: base.input(operationRefSchema.extend(rollbackChoiceSchema.shape)).output(planSchema),
    run: base.input(stackRefSchema.extend({ planId: z.string() })).output(z.object({ operationId: z.string() })),
  },
  operation: {
    watch: base.input(operationRefSchema).output(eventIterator(operationEventSchema)),
    /** Before the first change it stops, after it rolls back. */
    cancel: base.input(operationRefSchema).output(z.void()),
    /** Goes on with an interrupted operation. `takeOver` must be true when another app held the lock. */
    resume: base.input(operationRefSchema.extend({ takeOver: z.boolean() })).output(z.void()),
    /** Rolls an interrupted operation back. */
    rollBack: base.input(operationRefSchema.extend({ takeOver: z.boolean() })).output(z.void()),
    lock: base.input(stackRefSchema).output(lockViewSchema.nullable()),
  },
  history: {
    list: base
      .input(stackRefSchema)
      .output(z.object({ operations: z.array(operationSummarySchema), error: errorShapeSchema.nullable() })),
    get: base.input(operationRefSchema).output(operationRecordSchema),
    plan: base.input(operationRefSchema).output(planSchema),
    journal: base.input(operationRefSchema).output(z.array(journalEntrySchema)),
    attachment: base
      .input(operationRefSchema.extend({ name: z.string() }))
      .output(z.object({ text: z.string(), truncated: z.boolean() })),
  },
  backup: {
    /** The backup sets of a stack, as they lie on its host. */
    list: base.input(stackRefSchema).output(backupListSchema),
    get: base.input(stackRefSchema.extend({ backupId: z.string() })).output(backupViewSchema),
  },
  replaced: {
    /** What restores have replaced and is still kept. */
    list: base.input(stackRefSchema).output(replacedListSchema),
    measure: base.input(replacedRefSchema).output(replacedMeasureSchema),
    planDeletion: base.input(replacedRefSchema).output(planSchema),
    runDeletion: base
      .input(stackRefSchema.extend({ planId: z.string() }))
      .output(z.object({ operationId: z.string() })),
  },
  monitor: {
    /**
     * State, uptime and figures of a stack over a range that ends now. Its operations are read on the host: who draws no
     * marks does not ask for them.
     */
    metrics: base
      .input(stackRefSchema.extend({ range: rangeSchema, operations: z.boolean().default(true) }))
      .output(stackMetricsSchema),
    /** All stacks of all hosts at a glance; told a few times a minute, and at once where a state changes. */
    watchFleet: base.output(eventIterator(z.array(fleetHostSchema))),
    /** Newest first, without evidence and logs: `incident` has them. */
    incidents: base.input(stackRefSchema).output(z.array(toldIncidentSchema)),
    incident: base.input(z.object({ id: z.string() })).output(toldIncidentSchema),
    /** Whether a stack is watched while nobody looks. */
    enabled: base.input(stackRefSchema).output(z.object({ enabled: z.boolean() })),
    setEnabled: base.input(stackRefSchema.extend({ enabled: z.boolean() })).output(z.void()),
  },
  notice: {
    /** Each new notice that is to be told; nothing of the past. */
    watch: base.output(eventIterator(noticeSchema)),
    /** Newest first; of one stack, or of all. */
    list: base.input(z.object({ ref: stackRefSchema.nullable().default(null) })).output(z.array(noticeSchema)),
    settings: base.output(noticeSettingsSchema),
    setSettings: base.input(noticeSettingsSchema).output(z.void()),
  },
  runbook: {
    list: base.output(runbooksViewSchema),
    /** Takes the user's own runbooks from another folder of this computer; null: the default. No file is moved. */
    setFolder: base.input(z.object({ folder: z.string().max(4096).nullable() })).output(z.void()),
    /** The runbook by which a stack is operated, resolved against what runs. */
    view: base.input(stackRefSchema).output(runbookViewSchema),
    /** A first runbook for a stack that has none, or one that changes the app's. Writes nothing. */
    draft: base.input(stackRefSchema).output(runbookDraftSchema),
    /** Saves one into the user's folder, where it counts at once. Never overwrites; answers with the file's path. */
    saveDraft: base
      .input(
        stackRefSchema.extend({
          fileName: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}\.yaml$/),
          text: z.string().max(256 * 1024),
        }),
      )
      .output(z.object({ file: z.string() })),
  },
  log: {
    /**
     * Opens a view of a stack's logs under an id that the page made up, and closes it when it is left. Views of one
     * stack share what is followed and held. `tail`: lines of each container to begin with.
     */
    watch: base
      .input(
        stackRefSchema.extend(logViewRefSchema.shape).extend({
          filter: logFilterSchema.prefault({}),
          tail: z.number().int().min(0).max(100_000).default(5_000),
        }),
      )
      .output(eventIterator(logViewStateSchema)),
    /** Answers with the revision whose places are of this filter. */
    setFilter: base
      .input(logViewRefSchema.extend({ filter: logFilterSchema }))
      .output(z.object({ revision: z.number().int() })),
    /** Rows by place. Those of another revision than asked for are none; `from` is the place of the first that came. */
    rows: base
      .input(
        logViewRefSchema.extend({
          revision: z.number().int(),
          from: z.number().int(),
          count: z.number().int().min(1).max(MAX_LOG_ROWS),
        }),
      )
      .output(z.object({ revision: z.number().int(), from: z.number().int(), rows: z.array(logRowSchema) })),
    /** The place of the first row at or after a time; of the last row where there is none. Null: the view is empty. */
    place: base
      .input(logViewRefSchema.extend({ time: z.iso.datetime({ offset: true }) }))
      .output(z.object({ revision: z.number().int(), place: z.number().int().nullable() })),
    /** Null: the line was let go meanwhile. */
    line: base.input(logViewRefSchema.extend({ id: z.number().int() })).output(logLineDetailSchema.nullable()),
    /**
     * Looks on the host for what passes the filter: further back, or what is around a moment. Progress comes by `watch`.
     * Ends when it has found some.
     */
    search: base
      .input(logViewRefSchema.extend({ at: z.iso.datetime({ offset: true }).nullable().default(null) }))
      .output(z.void()),
    stopSearch: base.input(logViewRefSchema).output(z.void()),
    /** All held lines that pass the filter, oldest first, secrets masked, in pieces of a file. */
    export: base
      .input(logViewRefSchema.extend({ format: z.enum(['ndjson', 'text']) }))
      .output(eventIterator(z.object({ text: z.string() }))),
    savedFilters: base.input(stackRefSchema).output(z.array(savedFilterSchema)),
    /** Replaces the one with the same id. */
    saveFilter: base.input(stackRefSchema.extend({ savedFilter: savedFilterSchema })).output(z.void()),
    removeFilter: base.input(stackRefSchema.extend({ id: z.string() })).output(z.void()),
    watchRules: base.input(stackRefSchema).output(z.array(watchRuleSchema)),
    /** Replaces the one with the same id. An enabled rule is watched from now on, also when nobody looks. */
    saveRule: base.input(stackRefSchema.extend({ rule: watchRuleSchema })).output(z.void()),
    removeRule: base.input(stackRefSchema.extend({ id: z.string() })).output(z.void()),
  },
}
export type Contract = typeof contract
