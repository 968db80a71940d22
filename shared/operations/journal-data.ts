import { z } from 'zod'
import { gateEvidenceSchema, outcomeSchema, ownerSchema, stepKindSchema } from '../contract/operations.ts'
import { errorShapeSchema } from '../errors.ts'

/** What `data` of each kind of journal entry holds. All loose: a newer app may add to it. */
export const startedDataSchema = z.looseObject({ owner: ownerSchema })

export const stepStartedDataSchema = z.looseObject({
  phase: z.enum(['forward', 'rollback']),
  kind: stepKindSchema,
  title: z.string(),
  service: z.string().nullable(),
  commands: z.array(z.string()),
  /** Steps that this one takes back. */
  undoes: z.array(z.string()).default([]),
  /** Whether the stack may differ once it has begun. */
  changes: z.boolean(),
})

export const stepDoneDataSchema = z.looseObject({
  /** What later steps, or a resuming app, need to know. */
  result: z.record(z.string(), z.unknown()).default({}),
  /** Set: it did not hold, and was passed over for this reason. */
  passedOver: z.string().nullable().default(null),
})

export const stepFailedDataSchema = z.looseObject({ error: errorShapeSchema })

export const evidenceDataSchema = gateEvidenceSchema

export const rollbackStartedDataSchema = z.looseObject({
  reason: z.string(),
  /** The failure that led to it; null where a person asked for it. */
  error: errorShapeSchema.nullable(),
  restoreData: z.boolean(),
})

export const attachmentDataSchema = z.looseObject({ name: z.string(), title: z.string(), sizeBytes: z.number() })

export const takenOverDataSchema = z.looseObject({ by: ownerSchema, from: ownerSchema })

export const endedDataSchema = z.looseObject({
  outcome: outcomeSchema,
  reason: z.string().nullable(),
  error: errorShapeSchema.nullable().default(null),
})
