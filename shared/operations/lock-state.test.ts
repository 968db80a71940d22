import { describe, expect, it } from 'vitest'
import {
  ENDED_STALE_AFTER_MS,
  HEARTBEAT_INTERVAL_MS,
  isSameHolding,
  isStale,
  LOCK_STALE_AFTER_MS,
  type LockFile,
  viewLock,
} from './lock-state.ts'

const now = Date.parse('2026-11-21T06:15:00.000Z')
const at = (offsetMs: number) => new Date(now + offsetMs).toISOString()
const me = { user: 'ann', machine: 'desk', instance: '1-a' }
const lock: LockFile = {
  owner: me,
  operationId: 'op',
  kind: 'upgrade',
  step: 'pull',
  acquiredAt: at(-60_000),
  heartbeatAt: at(0),
}

describe('a lock', () => {
  it.for([
    [0, false],
    [-HEARTBEAT_INTERVAL_MS, false],
    [-LOCK_STALE_AFTER_MS, false],
    [-LOCK_STALE_AFTER_MS - 1, true],
    [60_000, false],
  ] as const)('with a heartbeat %s ms from now is stale: %s', ([offset, stale]) => {
    expect(isStale(at(offset), now)).toBe(stale)
  })

  it('is stale when its time cannot be read', () => {
    expect(isStale('yesterday', now)).toBe(true)
  })

  it('survives some missed heartbeats', () => {
    expect(LOCK_STALE_AFTER_MS).toBeGreaterThanOrEqual(3 * HEARTBEAT_INTERVAL_MS)
  })

  it('is the same holding only with the same app, operation and time', () => {
    expect(isSameHolding(lock, { ...lock, heartbeatAt: at(5_000), step: 'pin' })).toBe(true)
    expect(isSameHolding(lock, { ...lock, acquiredAt: at(1) })).toBe(false)
    expect(isSameHolding(lock, { ...lock, owner: { ...me, instance: '2-b' } })).toBe(false)
  })

  it.for([
    [0, false],
    [HEARTBEAT_INTERVAL_MS, false],
    [ENDED_STALE_AFTER_MS, false],
    [ENDED_STALE_AFTER_MS + 1, true],
  ] as const)('of an owner that seems to have ended %s ms ago is stale: %s', ([quietMs, stale]) => {
    expect(viewLock(lock, me, now + quietMs)).toMatchObject({ mine: true, stale: false })
    expect(viewLock(lock, { ...me, instance: '2-b' }, now + quietMs, true)).toMatchObject({ mine: false, stale })
  })
})
