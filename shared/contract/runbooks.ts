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

export const runbookSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  source: z.enum(['built-in', 'user', 'stack', 'generic']),
  file: z.string().nullable(),
})
export type RunbookSummary = z.infer<typeof runbookSummarySchema>

export const runbooksViewSchema = z.object({
  runbooks: z.array(runbookSummarySchema),
  problems: z.array(runbookProblemSchema),
  userFolder: z.string(),
})
export type RunbooksView = z.infer<typeof runbooksViewSchema>
