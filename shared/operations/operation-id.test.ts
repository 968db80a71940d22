import { describe, expect, it } from 'vitest'
import { createOperationId, isOperationId } from './operation-id.ts'
import { keepTag } from './rollback-point.ts'

describe('operation ids', () => {
  const at = Date.parse('2026-11-21T06:15:02.987Z')

  it('begin with the time and sort by it', () => {
    const ids = [at, at + 1_000, at + 86_400_000].map((time) => createOperationId(time, 'upgrade', '3f9a1c'))
    expect(ids[0]).toBe('20261121T061502Z-upgrade-3f9a1c')
    expect(ids.toSorted()).toEqual(ids)
    expect(ids.every(isOperationId)).toBe(true)
  })

  it.for(['', '..', '../../etc', '20261121T061502Z-upgrade-3f9a1c/..', 'a b', '20261121T061502Z-upgrade-3f9a1c\n'])(
    'never takes %j for one',
    (name) => {
      expect(isOperationId(name)).toBe(false)
    },
  )

  it('make image tags that an engine accepts, whatever Compose calls the service', () => {
    expect(keepTag('shop', 'web', 'op-1')).toBe('slipway-rollback/shop/web:op-1')
    expect(keepTag('shop', 'My_Web.2', 'op-1')).toBe('slipway-rollback/shop/my-web-2:op-1')
  })
})
