import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import { REASON_CHARACTERS } from '../operations/reason.ts'
import { dataReturnSchema, imagesAloneSchema } from './data-return.ts'
import { probeResultSchema, stackRefSchema, verdictSchema } from './stacks.ts'
import { jumpSchema } from './versions.ts'

export const operationKindSchema = z.enum([
  'upgrade',
  'rollback',
  /** Of data that a restore has replaced and kept. */
  'deletion',
])
export type OperationKind = z.infer<typeof operationKindSchema>

/** A person's choice that makes an operation less safe carries the reason, which is recorded. */
const reasonSchema = z.string().trim().min(REASON_CHARACTERS).max(500)

export const upgradeOptionsSchema = z.object({
  /** Services to upgrade; empty means all that the runbook pins, or those that the target names. */
  services: z.array(z.string()).default([]),
  /** Set: no backup is made, for this reason. */
  skipBackup: z.object({ reason: reasonSchema }).nullable().default(null),
  /** Set: a backup that is empty, or much smaller than the one before, is taken all the same, for this reason. */
  acceptBackupAlarm: z.object({ reason: reasonSchema }).nullable().default(null),
  /** Use the images that are on the host already. */
  skipPull: z.boolean().default(false),
  /** Set: a failed health gate or smoke test is recorded and passed over, for this reason. */
  continueUnhealthy: z.object({ reason: reasonSchema }).nullable().default(null),
  /** Release notes of the jump were read: asked across a minor or major, and for a downgrade. */
  acknowledgeJump: z.boolean().default(false),
  /** On failure, restore the backup without asking again when the schema is not compatible backwards. */
  restoreDataOnRollback: z.boolean().default(true),
})
export type UpgradeOptions = z.infer<typeof upgradeOptionsSchema>

/** How to return to where an operation began. */
export const rollbackChoiceSchema = z.object({
  /** Put the data of then back too. */
  restoreData: z.boolean(),
  /** Set: the present data is not backed up first, because it cannot be read, say. */
  skipBackup: z.object({ reason: reasonSchema }).nullable().default(null),
})
export type RollbackChoice = z.infer<typeof rollbackChoiceSchema>

export const preflightResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  verdict: verdictSchema,
  /** The evidence: figures and names. */
  detail: z.string(),
  hint: z.string().nullable(),
})
export type PreflightResult = z.infer<typeof preflightResultSchema>

export const stepKindSchema = z.enum([
  'lock',
  'backup',
  'rollback-point',
  'pull',
  'pin',
  'migrate',
  'service',
  'smoke-test',
  'restore-files',
  'restore-data',
  'delete-data',
  'commit',
])
export type StepKind = z.infer<typeof stepKindSchema>

export const planStepSchema = z.object({
  id: z.string(),
  kind: stepKindSchema,
  title: z.string(),
  /** What it does to what, in a sentence. */
  detail: z.string(),
  /** What undoes it, in a sentence; null where it changes nothing. */
  undo: z.string().nullable(),
  service: z.string().nullable(),
  /** Shell commands that do the same by hand on the host, in order. Secrets masked. */
  commands: z.array(z.string()),
})
export type PlanStep = z.infer<typeof planStepSchema>

export const serviceChangeSchema = z.object({
  service: z.string(),
  from: z.object({ reference: z.string(), version: z.string().nullable(), digest: z.string().nullable() }),
  to: z.object({ reference: z.string(), version: z.string(), digest: z.string() }),
  /** Sum of layer sizes to download, in bytes; null when the registry does not say. */
  downloadBytes: z.number().nullable(),
})
export type ServiceChange = z.infer<typeof serviceChangeSchema>

export const fileEditSchema = z.object({
  path: z.string(),
  /** Unified diff, three lines of context, secrets masked. */
  diff: z.string(),
  /** Hex SHA-256 of the file as planned from; a file that differs by the time of the run stops it. */
  beforeSha256: z.string(),
  afterSha256: z.string(),
})
export type FileEdit = z.infer<typeof fileEditSchema>

export const planSchema = z.object({
  /** Also the id of the operation that runs it. */
  id: z.string(),
  kind: operationKindSchema,
  stack: stackRefSchema,
  runbookId: z.string(),
  /** What decides in that runbook on steps and data, hashed; null for one that was derived from the stack. */
  runbookSha256: z.string().nullable().default(null),
  createdAt: z.string(),
  /** Both `0.10.0`, or a list where services differ. */
  fromVersion: z.string(),
  toVersion: z.string(),
  relation: z.enum(['patch', 'minor', 'major', 'downgrade', 'same', 'unknown']),
  /** What the change of versions means; null for a rollback, which says it in `dataOnRollback`. */
  jump: jumpSchema.nullable().default(null),
  changes: z.array(serviceChangeSchema),
  options: upgradeOptionsSchema,
  /** Options that weaken safety, each as a sentence with its reason. */
  weakenings: z.array(z.string()),
  preflight: z.array(preflightResultSchema),
  edits: z.array(fileEditSchema),
  steps: z.array(planStepSchema),
  /** Why its smoke test will not tell whether the product works, named before it is approved; null: it will, or there is none. */
  untested: z.string().nullable().default(null),
  /** What people will notice: "Each service restarts once, about 3 s each." */
  downtime: z.string(),
  /** What a rollback would mean for data, said before anyone presses. */
  dataOnRollback: z.string(),
  /** For a rollback: what the return to the backup means, also where the plan does not restore it; null where there is none. */
  dataReturn: dataReturnSchema.nullable().default(null),
  /** For a rollback: whether the images alone may go back. */
  imagesAlone: imagesAloneSchema.nullable().default(null),
  /** For a rollback: the operation whose rollback point it returns to. */
  rollbackOf: z.string().nullable(),
  /** For a deletion: what goes, and the operation that kept it. */
  deletes: z.object({ operationId: z.string(), name: z.string() }).nullable().default(null),
  /** Sentences that must be dealt with before it may run; empty: it may. */
  blockers: z.array(z.string()),
})
export type Plan = z.infer<typeof planSchema>

export const layerProgressSchema = z.object({
  service: z.string(),
  layer: z.string(),
  status: z.enum(['waiting', 'downloading', 'verifying', 'extracting', 'done', 'exists']),
  currentBytes: z.number(),
  totalBytes: z.number().nullable(),
})
export type LayerProgress = z.infer<typeof layerProgressSchema>

export const stepStatusSchema = z.enum([
  'pending',
  'running',
  'done',
  'failed',
  'skipped',
  'undoing',
  'undone',
  'undo-failed',
])

/** One check of a gate with its evidence. */
export const gateEvidenceSchema = z.object({
  title: z.string(),
  verdict: verdictSchema,
  detail: z.string(),
  /** What was asked and answered. */
  probe: probeResultSchema.nullable(),
  /** Where it is about a schema: its version before and after, as in “30 → 39”, and what it has to be. */
  schema: z
    .object({
      dataset: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      expected: z.string().nullable(),
    })
    .optional(),
})
export type GateEvidence = z.infer<typeof gateEvidenceSchema>

export const stepRecordSchema = z.object({
  id: z.string(),
  kind: stepKindSchema,
  title: z.string(),
  service: z.string().nullable(),
  /** Steps that an automatic rollback adds come after the planned ones. */
  phase: z.enum(['forward', 'rollback']),
  status: stepStatusSchema,
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** The last thing it said: "healthy for 4 of 10 s". */
  message: z.string().nullable(),
  error: errorShapeSchema.nullable(),
  evidence: z.array(gateEvidenceSchema),
  commands: z.array(z.string()),
})
export type StepRecord = z.infer<typeof stepRecordSchema>

export const outcomeSchema = z.enum([
  'running',
  /** The laptop went away: neither finished nor rolled back. */
  'interrupted',
  'succeeded',
  /** A gate failed and a person had chosen beforehand to go on. */
  'succeeded-unhealthy',
  /** Stopped before anything was changed. */
  'stopped',
  'rolled-back',
  'rollback-failed',
  /**
   * It failed on the way, and what it had done by then stays: a deletion has no way back, and a service that stood still
   * for a backup may not run again.
   */
  'failed',
])
export type Outcome = z.infer<typeof outcomeSchema>

export const ownerSchema = z.object({
  /** Who: the user's name on this computer. */
  user: z.string(),
  /** From where: this computer's name. */
  machine: z.string(),
  /** Which running app; a new one for each start. */
  instance: z.string(),
  /** In which start of which computer, with which data folder, as one opaque id; none where it cannot be told. */
  boot: z.string().optional(),
})
export type Owner = z.infer<typeof ownerSchema>

/** One operation as history tells it; derived from the journal by `reduceJournal`. */
export const operationRecordSchema = z.object({
  id: z.string(),
  kind: operationKindSchema,
  stack: stackRefSchema,
  owner: ownerSchema,
  /** Times by the host's clock, ISO 8601. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  fromVersion: z.string(),
  toVersion: z.string(),
  /** For a deletion: the name of what goes. */
  deletes: z.string().nullable(),
  outcome: outcomeSchema,
  /** Why it failed or stopped, in a sentence. */
  reason: z.string().nullable(),
  error: errorShapeSchema.nullable(),
  weakenings: z.array(z.string()),
  steps: z.array(stepRecordSchema),
  /** Whether data was restored from the backup. */
  dataRestored: z.boolean(),
  /** A restore was begun and has not ended well: its step tells which data is whose. */
  dataRestoreUnfinished: z.boolean(),
  backupId: z.string().nullable(),
  /** Files kept with the record: last log lines and health output of containers. */
  attachments: z.array(z.object({ name: z.string(), title: z.string(), sizeBytes: z.number() })),
  /** Who took it over, when, from whom. */
  takeovers: z.array(z.object({ at: z.string(), by: ownerSchema, from: ownerSchema })),
  /** Rollback to where this operation began is still possible (its rollback point is kept). */
  canRollBack: z.boolean(),
})
export type OperationRecord = z.infer<typeof operationRecordSchema>

export const operationSummarySchema = operationRecordSchema.omit({ steps: true, attachments: true, takeovers: true })
export type OperationSummary = z.infer<typeof operationSummarySchema>

/** A stack's lock as another laptop sees it. */
export const lockViewSchema = z.object({
  owner: ownerSchema,
  operationId: z.string(),
  kind: operationKindSchema,
  step: z.string(),
  acquiredAt: z.string(),
  heartbeatAt: z.string(),
  /** The heartbeat is older than the limit: it may be taken over. */
  stale: z.boolean(),
  mine: z.boolean(),
})
export type LockView = z.infer<typeof lockViewSchema>

/** Live view of one operation. The first event is a snapshot. */
export const operationEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), record: operationRecordSchema, cancellable: z.boolean() }),
  z.object({ type: z.literal('layers'), stepId: z.string(), layers: z.array(layerProgressSchema) }),
  z.object({ type: z.literal('output'), stepId: z.string(), text: z.string() }),
])
export type OperationEvent = z.infer<typeof operationEventSchema>

/** The parts of a line in `journal.ndjson`. Times by the host's clock. Unknown types from a newer app are kept and shown as they are. */
export const journalEntrySchema = z.object({
  seq: z.number().int(),
  at: z.string(),
  type: z.enum([
    'started',
    'step-started',
    'step-message',
    'step-done',
    'step-skipped',
    'step-failed',
    'evidence',
    'rollback-started',
    'attachment',
    'taken-over',
    'resumed',
    'cancel-requested',
    'note',
    'ended',
  ]),
  stepId: z.string().optional(),
  message: z.string().optional(),
  /** Type-specific, masked. */
  data: z.unknown().optional(),
})
export type JournalEntry = z.infer<typeof journalEntrySchema>
