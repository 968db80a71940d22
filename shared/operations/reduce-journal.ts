import type {
  JournalEntry,
  LockView,
  OperationRecord,
  Outcome,
  Owner,
  Plan,
  StepRecord,
} from '../contract/operations.ts'
import {
  attachmentDataSchema,
  endedDataSchema,
  evidenceDataSchema,
  rollbackStartedDataSchema,
  startedDataSchema,
  stepDoneDataSchema,
  stepFailedDataSchema,
  stepStartedDataSchema,
  takenOverDataSchema,
} from './journal-data.ts'

/** What a record depends on beside its journal. */
export interface RecordContext {
  /** The stack's lock as it is now. */
  readonly lock: LockView | null
  /** Whether the operation's rollback point is still there. */
  readonly rollbackPointKept: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Draft = Mutable<OperationRecord> & { undoes: Map<string, readonly string[]> }

const NOBODY: Owner = { user: 'unknown', machine: 'unknown', instance: 'unknown' }

/** An operation as history tells it, from its plan and its journal. Pure: the same journal is always the same record. */
export function reduceJournal(plan: Plan, entries: readonly JournalEntry[], context: RecordContext): OperationRecord {
  const draft = createDraft(plan)
  for (const entry of entries) {
    const step = entry.stepId === undefined ? undefined : draft.steps.find(({ id }) => id === entry.stepId)
    applyToOperation(draft, entry)
    if (entry.type === 'step-started') beginStep(draft, step, entry)
    else if (step !== undefined) applyToStep(draft, step, entry)
  }
  const { undoes: _, ...record } = draft
  const ended = entries.some(({ type }) => type === 'ended')
  return {
    ...record,
    outcome: ended ? record.outcome : judgeOpenEnd(plan.id, context.lock),
    dataRestoreUnfinished: record.steps.some(isUnfinishedRestore),
    canRollBack: plan.kind !== 'deletion' && context.rollbackPointKept && isWorthRollingBack(record.outcome, ended),
  }
}

function createDraft(plan: Plan): Draft {
  return {
    id: plan.id,
    kind: plan.kind,
    stack: plan.stack,
    owner: NOBODY,
    startedAt: plan.createdAt,
    endedAt: null,
    fromVersion: plan.fromVersion,
    toVersion: plan.toVersion,
    deletes: plan.deletes?.name ?? null,
    outcome: 'running',
    reason: null,
    error: null,
    weakenings: plan.weakenings,
    steps: plan.steps.map(({ id, kind, title, service, commands }) =>
      createStep({ id, kind, title, service, commands, phase: 'forward' }),
    ),
    dataRestored: false,
    dataRestoreUnfinished: false,
    backupId: null,
    attachments: [],
    takeovers: [],
    canRollBack: false,
    undoes: new Map(),
  }
}

function createStep(step: Pick<StepRecord, 'id' | 'kind' | 'title' | 'service' | 'commands' | 'phase'>): StepRecord {
  return { ...step, status: 'pending', startedAt: null, endedAt: null, message: null, error: null, evidence: [] }
}

function applyToOperation(draft: Draft, { type, at, message, data }: JournalEntry): void {
  switch (type) {
    case 'started': {
      draft.startedAt = at
      draft.owner = startedDataSchema.safeParse(data).data?.owner ?? draft.owner
      return
    }
    case 'taken-over': {
      const takeover = takenOverDataSchema.safeParse(data).data
      if (takeover !== undefined) draft.takeovers.push({ at, by: takeover.by, from: takeover.from })
      return
    }
    case 'rollback-started': {
      const rollback = rollbackStartedDataSchema.safeParse(data).data
      draft.reason = rollback?.reason ?? message ?? null
      draft.error = rollback?.error ?? null
      return
    }
    case 'attachment': {
      const attachment = attachmentDataSchema.safeParse(data).data
      if (attachment === undefined) return
      const { name, title, sizeBytes } = attachment
      draft.attachments = [...draft.attachments.filter((known) => known.name !== name), { name, title, sizeBytes }]
      return
    }
    case 'ended': {
      const end = endedDataSchema.safeParse(data).data
      draft.endedAt = at
      // An ending that cannot be read is no success.
      draft.outcome = end?.outcome ?? 'interrupted'
      draft.reason = end?.reason ?? draft.reason
      draft.error = end?.error ?? draft.error
      return
    }
  }
}

function beginStep(draft: Draft, known: StepRecord | undefined, entry: JournalEntry): void {
  const data = stepStartedDataSchema.safeParse(entry.data).data
  let step = known
  if (step === undefined) {
    if (data === undefined || entry.stepId === undefined) return
    const { kind, title, service, commands, phase } = data
    step = createStep({ id: entry.stepId, kind, title, service, commands, phase })
    draft.steps.push(step)
  }
  // Begun again after an interruption: what the first try said stays in the journal.
  Object.assign(step, {
    status: 'running',
    startedAt: entry.at,
    endedAt: null,
    message: null,
    error: null,
    evidence: [],
  })
  const undoes = data?.undoes ?? []
  draft.undoes.set(step.id, undoes)
  markUndone(draft, undoes, 'undoing')
}

function applyToStep(draft: Draft, step: StepRecord, { type, at, message, data }: JournalEntry): void {
  switch (type) {
    case 'step-message':
      step.message = message ?? step.message
      return
    case 'evidence': {
      const evidence = evidenceDataSchema.safeParse(data).data
      if (evidence === undefined) return
      const others = step.evidence.filter(({ title }) => title !== evidence.title)
      step.evidence = [...others, evidence]
      return
    }
    case 'step-skipped':
      Object.assign(step, { status: 'skipped', endedAt: at, message: message ?? step.message })
      return
    case 'step-done': {
      const done = stepDoneDataSchema.safeParse(data ?? {}).data
      const failed = done?.passedOver != null
      Object.assign(step, { status: failed ? 'failed' : 'done', endedAt: at, message: message ?? step.message })
      noteResult(draft, step, done?.result ?? {})
      markUndone(draft, draft.undoes.get(step.id) ?? [], 'undone')
      return
    }
    case 'step-failed': {
      const error = stepFailedDataSchema.safeParse(data).data?.error ?? null
      Object.assign(step, { status: 'failed', endedAt: at, error, message: message ?? step.message })
      markUndone(draft, draft.undoes.get(step.id) ?? [], 'undo-failed')
      return
    }
  }
}

function noteResult(draft: Draft, step: StepRecord, result: Readonly<Record<string, unknown>>): void {
  if (step.kind === 'backup' && typeof result.backupId === 'string') draft.backupId = result.backupId
  if (step.kind === 'restore-data' && result.restored === true) draft.dataRestored = true
}

/** Only a step that was begun can be undone. A failed one stays failed: why it did is the thing to read. */
function markUndone(draft: Draft, ids: readonly string[], status: 'undoing' | 'undone' | 'undo-failed'): void {
  for (const step of draft.steps) {
    if (!ids.includes(step.id) || step.startedAt === null || step.status === 'failed') continue
    step.status = status
  }
}

/** One of a rollback by hand that was undone was done before. */
function isUnfinishedRestore({ kind, status }: StepRecord): boolean {
  return kind === 'restore-data' && ['running', 'failed', 'undoing', 'undo-failed'].includes(status)
}

function judgeOpenEnd(id: string, lock: LockView | null): Outcome {
  return lock !== null && lock.operationId === id && !lock.stale ? 'running' : 'interrupted'
}

function isWorthRollingBack(outcome: Outcome, ended: boolean): boolean {
  return ended && (outcome === 'succeeded' || outcome === 'succeeded-unhealthy' || outcome === 'rollback-failed')
}
