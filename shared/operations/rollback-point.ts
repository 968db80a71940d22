import { z } from 'zod'

/** A file as it was before the operation, kept byte for byte. */
const keptFileSchema = z.looseObject({
  /** Where it belongs. */
  path: z.string(),
  /** Name below `rollback-point/files/`. */
  copy: z.string(),
  sha256: z.string(),
  /** Whether the operation edits it. */
  edited: z.boolean(),
})

const keptServiceSchema = z.looseObject({
  service: z.string(),
  /** Image reference that its container was made with: what a rollback returns the files to. */
  reference: z.string(),
  /** What the compose model said instead, where its edit had not been applied; absent where both were the same. */
  pinned: z.string().optional(),
  version: z.string().nullable(),
  imageId: z.string(),
  digest: z.string().nullable(),
  /** Tag that keeps `docker image prune` away from the image. */
  keepTag: z.string(),
  containerId: z.string(),
})
export type KeptService = z.infer<typeof keptServiceSchema>

/** `point.json` of an operation: what a rollback returns to. */
export const rollbackPointSchema = z.looseObject({
  format: z.literal(1),
  operationId: z.string(),
  createdAt: z.string(),
  version: z.string(),
  files: z.array(keptFileSchema),
  services: z.array(keptServiceSchema),
  /** All that the services of the operation had by then: any other was made since. */
  containerIds: z.array(z.string()).default([]),
  /** Schema version by data set, where the runbook can ask. */
  schemaVersions: z.record(z.string(), z.string()).default({}),
})
export type RollbackPoint = z.infer<typeof rollbackPointSchema>

/** Tag under which a rollback point keeps a service's image: `slipway-rollback/shop/web:20261121T061502Z-upgrade-3f9a`. */
export function keepTag(project: string, service: string, operationId: string): string {
  return `slipway-rollback/${toRepositoryName(project)}/${toRepositoryName(service)}:${operationId}`
}

/** Compose allows names that an image repository may not have: capitals, and more than two underscores in a row. */
function toRepositoryName(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return safe === '' ? 'unnamed' : safe
}
