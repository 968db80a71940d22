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
  /** Of what it says: another one when it was edited. */
  sha256: z.string(),
  /** Why the runbook in the stack's own directory is not the one that counts; empty where all is well. */
  problems: z.array(runbookProblemSchema),
})
export type RunbookBinding = z.infer<typeof runbookBindingSchema>

export const runbookSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  source: runbookSourceSchema,
  file: z.string().nullable(),
  /** As a binding's. */
  sha256: z.string(),
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

/** One thing that a runbook says, as it is on a stack. */
export const runbookEntrySchema = z.object({
  /** As the runbook calls it: an id, a service, a version. */
  name: z.string(),
  title: z.string().nullable(),
  /**
   * `ok`: looked up, and as it should be. `info`: nothing to look up. `off`: it does not count on this stack. `warn`: it
   * counts, and something about it is not as it should be.
   */
  state: z.enum(['ok', 'info', 'off', 'warn']),
  /** The state in a word or three: "Set", "Not in this stack". */
  word: z.string(),
  /** Why it is so, in a sentence; null where there is nothing to say. */
  note: z.string().nullable(),
  facts: z.array(z.object({ label: z.string(), value: z.string(), mono: z.boolean() })),
  /** What is sent or run, filled in as far as it is known, with secrets masked. */
  code: z.string().nullable(),
})
export type RunbookEntry = z.infer<typeof runbookEntrySchema>

export const runbookSectionSchema = z.object({
  id: z.enum([
    'match',
    'versions',
    'services',
    'gate',
    'probes',
    'migrations',
    'backup',
    'smoke-test',
    'secrets',
    'logs',
    'checklist',
  ]),
  title: z.string(),
  /** What the section comes to on this stack, in a sentence. */
  summary: z.string(),
  entries: z.array(runbookEntrySchema),
})
export type RunbookSection = z.infer<typeof runbookSectionSchema>

/** The runbook of a stack, each part resolved against what runs. */
export const runbookViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  homepage: z.string().nullable(),
  source: runbookSourceSchema,
  /** The files that it is made of, nearest first; none for one that was derived. */
  files: z.array(z.object({ file: z.string(), source: runbookSourceSchema })),
  problems: z.array(runbookProblemSchema),
  /** What does not fit this stack, in sentences: services that are missing. */
  misfits: z.array(z.string()),
  sections: z.array(runbookSectionSchema),
})
export type RunbookView = z.infer<typeof runbookViewSchema>

/** A first runbook for a stack, to be kept and changed by a person. */
export const runbookDraftSchema = z.object({
  /** In the user's folder, where no file of that name is yet. */
  fileName: z.string(),
  folder: z.string(),
  text: z.string(),
})
export type RunbookDraft = z.infer<typeof runbookDraftSchema>
