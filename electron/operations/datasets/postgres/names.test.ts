import { describe, expect, it } from 'vitest'
import { isReplacedName, replacedName, restoredName } from './names.ts'

const request = { directory: '/backups', mark: '20261121T061502Z-upgrade-3f9a12' }

describe('names of databases that a restore makes', () => {
  it('say what they were, and which operation made them', () => {
    expect(replacedName('app', request)).toBe('app_slipway_20261121T061502Z-upgrade-3f9a12')
    expect(restoredName('app', request)).toBe('app_slipway_new_20261121T061502Z-upgrade-3f9a12')
  })

  it.for(['a'.repeat(63), 'ü'.repeat(31)])('are never longer than the server keeps them: %s', (database) => {
    for (const name of [replacedName(database, request), restoredName(database, request)]) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63)
      expect(name.endsWith(request.mark)).toBe(true)
    }
  })

  it('are of one database each, however long the beginning is that two of them share', () => {
    const byHand = { ...request, mark: '20261121T061502Z-rollback-3f9a12-by-hand' }
    for (const [one, other] of [
      ['workshops_production', 'workshops_queue'],
      [`${'a'.repeat(62)}b`, `${'a'.repeat(62)}c`],
    ] as const) {
      expect(restoredName(one, byHand)).not.toBe(restoredName(other, byHand))
      expect(replacedName(one, byHand)).not.toBe(replacedName(other, byHand))
      expect(isReplacedName(replacedName(one, byHand))).toBe(true)
      expect(isReplacedName(restoredName(one, byHand))).toBe(false)
    }
  })

  it('are told from all others', () => {
    expect(isReplacedName(replacedName('app', request))).toBe(true)
    expect(isReplacedName(replacedName('app', { ...request, mark: `${request.mark}-by-hand` }))).toBe(true)
    expect(isReplacedName(restoredName('app', request))).toBe(false)
    expect(['app', 'app_slipway_', 'postgres', 'app_slipway_test'].some(isReplacedName)).toBe(false)
  })
})
