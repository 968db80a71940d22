import { z } from 'zod'

/** What going back to a backup means for one data set. */
export const datasetReturnSchema = z.object({
  dataset: z.string(),
  kind: z.enum(['sqlite', 'postgres', 'volume', 'redis', 'bucket']),
  /** Null where the runbook does not say how to ask, or nobody answered. */
  schemaNow: z.string().nullable(),
  schemaThen: z.string().nullable(),
  /** What there is more of than in the backup: rows by table, keys by database, files. Empty: nothing that counting shows. */
  added: z.record(z.string(), z.number()),
  /** What there is less of: it comes back. */
  removed: z.record(z.string(), z.number()),
  nouns: z.object({ group: z.string(), item: z.string() }),
  /** False: the counts of now are estimates. */
  exact: z.boolean(),
  /** Why it could not be counted; null where it was. */
  uncounted: z.string().nullable(),
})
export type DatasetReturn = z.infer<typeof datasetReturnSchema>

/** What going back to a backup means for the data of a stack, counted just now. */
export const dataReturnSchema = z.object({
  backupId: z.string(),
  /** By the host's clock. */
  backupAt: z.string(),
  datasets: z.array(datasetReturnSchema),
  /** All of it in a sentence or two. */
  sentence: z.string(),
})
export type DataReturn = z.infer<typeof dataReturnSchema>

/** Whether the images alone may go back, and the data stay. */
export const imagesAloneSchema = z.object({ allowed: z.boolean(), reason: z.string() })
