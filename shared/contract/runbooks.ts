import { z } from 'zod'

/** Where and why a document is not a runbook. Lines and columns count from 1. */
export const runbookProblemSchema = z.object({
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  /** Path in the document: `probes[2].http.port`. */
  at: z.string(),
  message: z.string(),
  expected: z.string().nullable(),
})
export type RunbookProblem = z.infer<typeof runbookProblemSchema>

/** Where a runbook comes from, nearest last: a stack's own file counts before the user's, and this before a built-in one. */
export const runbookSourceSchema = z.enum(['generic', 'built-in', 'user', 'stack'])

/** The runbook by which a stack is operated. */
export const runbookBindingSchema = z.object({
  id: z.string(),
  name: z.string(),
  generic: z.boolean(),
  source: runbookSourceSchema,
  /** Why the runbook in the stack's own directory is not the one that counts; empty where all is well. */
  problems: z.array(runbookProblemSchema),
})
export type RunbookBinding = z.infer<typeof runbookBindingSchema>

export const runbookSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  source: runbookSourceSchema,
  file: z.string().nullable(),
})
export type RunbookSummary = z.infer<typeof runbookSummarySchema>

export const runbooksViewSchema = z.object({
  runbooks: z.array(runbookSummarySchema),
  problems: z.array(runbookProblemSchema),
  /** Where the user's own runbooks are on this computer. */
  userFolder: z.string(),
  /** Where they would be if nobody had chosen another folder. */
  defaultFolder: z.string(),
})
export type RunbooksView = z.infer<typeof runbooksViewSchema>
