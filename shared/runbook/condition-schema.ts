import { z } from 'zod'

export const idSchema = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes')

/** What one value must be. All that is given must hold. */
export const valueRules = {
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  oneOf: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  /** A regular expression. */
  matches: z.string().optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
}

export const valueConditionSchema = z.strictObject(valueRules)
export type ValueCondition = z.infer<typeof valueConditionSchema>

/**
 * Where a part of a runbook holds: one product is set up in several ways, and what is asked of PostgreSQL must not be
 * asked of a stack that has none. All that is given must hold.
 */
export const whenSchema = z
  .strictObject({
    /** The service is in the stack. */
    service: z.string(),
    /** These are in it as well. */
    beside: z.array(z.string()).optional(),
    /** Glob over its image's repository. */
    image: z.string().optional(),
    /** A variable of its resolved environment that is set, and not empty. */
    variable: z.string().optional(),
    /** A regular expression for that variable's value. */
    matches: z.string().optional(),
  })
  .describe('A condition on how the stack is set up')
export type When = z.infer<typeof whenSchema>
