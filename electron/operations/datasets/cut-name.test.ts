import { expect, it } from 'vitest'
import { appendToName } from './cut-name.ts'

const suffix = '_slipway_20261121T061502Z-rollback-3f9a12-by-hand'

it.each([
  ['ledger', `ledger${suffix}`],
  ['fifteen_letters', 'fifteen~c1a4b4_slipway_20261121T061502Z-rollback-3f9a12-by-hand'],
  ['fifteen_lettres', 'fifteen~d26150_slipway_20261121T061502Z-rollback-3f9a12-by-hand'],
  ['üüüüüüüü', 'üüü~ebd146_slipway_20261121T061502Z-rollback-3f9a12-by-hand'],
])('%s keeps its beginning, and a hash of all of it where that is not everything', (name, expected) => {
  expect(appendToName(name, suffix, '~')).toBe(expected)
  expect(Buffer.byteLength(expected)).toBeLessThanOrEqual(63)
})
