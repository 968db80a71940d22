import { z } from 'zod'
import { type LockView, type Owner, operationKindSchema, ownerSchema } from '../contract/operations.ts'

/** How often the holder of a lock writes that it is alive. */
export const HEARTBEAT_INTERVAL_MS = 5_000
/** Six missed heartbeats: less would take a lock from a laptop whose network hiccups for some seconds. */
export const LOCK_STALE_AFTER_MS = 30_000
/** The same for an app whose process is seen to be gone: that may be looked at wrongly, and then a heartbeat comes. */
export const ENDED_STALE_AFTER_MS = 3 * HEARTBEAT_INTERVAL_MS

/** `lock.json` in a stack's lock directory. Times are ISO 8601 by the host's clock. */
export const lockFileSchema = z.looseObject({
  owner: ownerSchema,
  operationId: z.string(),
  /** One that only a newer app knows is no reason to take its lock for nobody's. */
  kind: operationKindSchema.catch('upgrade'),
  step: z.string(),
  acquiredAt: z.string(),
  heartbeatAt: z.string(),
})
export type LockFile = z.infer<typeof lockFileSchema>

/**
 * Whether the holder has not been heard of for too long. A heartbeat from the future (the host's clock was set
 * back) is not stale: it becomes so when the clock has caught up.
 */
export function isStale(heartbeatAt: string, nowMs: number, ownerGone = false): boolean {
  const at = Date.parse(heartbeatAt)
  return Number.isNaN(at) || nowMs - at > (ownerGone ? ENDED_STALE_AFTER_MS : LOCK_STALE_AFTER_MS)
}

/** Whether two lock files are the same holding of the lock: not merely the same person's. */
export function isSameHolding(a: LockFile, b: LockFile): boolean {
  return a.owner.instance === b.owner.instance && a.operationId === b.operationId && a.acquiredAt === b.acquiredAt
}

export function viewLock(lock: LockFile, me: Owner, nowMs: number, ownerGone = false): LockView {
  return {
    owner: lock.owner,
    operationId: lock.operationId,
    kind: lock.kind,
    step: lock.step,
    acquiredAt: lock.acquiredAt,
    heartbeatAt: lock.heartbeatAt,
    stale: isStale(lock.heartbeatAt, nowMs, ownerGone),
    mine: lock.owner.instance === me.instance,
  }
}
