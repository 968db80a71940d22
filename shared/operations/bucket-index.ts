import { z } from 'zod'

/** What a copy of a bucket holds: beside the files, which have numbers for names, since keys are not always file names. */
export const bucketIndexSchema = z.looseObject({
  format: z.literal(1),
  bucket: z.string(),
  objects: z.array(
    z.object({
      key: z.string(),
      /** Name in the folder of the objects. */
      file: z.string().regex(/^[0-9]+$/),
      sizeBytes: z.number().int(),
      etag: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Content type, and what the product has said of it. */
      headers: z.record(z.string(), z.string()),
    }),
  ),
})
export type BucketBackupIndex = z.infer<typeof bucketIndexSchema>
