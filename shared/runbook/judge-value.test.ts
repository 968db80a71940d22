import { expect, test } from 'vitest'
import type { ValueCondition } from './condition-schema.ts'
import { firstUnmetOfText } from './judge-value.ts'

test.each<[string, ValueCondition, string | null, string | null]>([
  ['nothing asked of nothing', {}, null, null],
  ['a number as text', { equals: 39 }, '39', null],
  ['a text as number', { equals: '39' }, '39', null],
  ['another number', { equals: 39 }, '30', '39'],
  ['no value', { equals: 39 }, null, '39'],
  ['no value where none is wanted', { equals: null }, null, null],
  ['a value where none is wanted', { equals: null }, '1', 'null'],
  ['nothing is not zero', { equals: 0 }, '', '0'],
  ['the truth of PostgreSQL', { equals: true }, 't', null],
  ['the truth of SQLite', { equals: false }, '0', null],
  ['no truth', { equals: true }, 'f', 'true'],
  ['one of several', { oneOf: ['a', 2] }, '2', null],
  ['none of several', { oneOf: ['a', 2] }, 'b', 'one of "a", 2'],
  ['a pattern', { matches: '^0004_' }, '0004_rbac', null],
  ['another pattern', { matches: '^0004_' }, '0003_schemas', '/^0004_/'],
  ['enough', { atLeast: 1 }, '1', null],
  ['not enough', { atLeast: 2 }, '1', 'at least 2'],
  ['too much', { atMost: 2 }, '3', 'at most 2'],
  ['no number', { atLeast: 0 }, 'many', 'at least 0'],
  ['nothing at all', { atLeast: 0 }, '', 'at least 0'],
])('%s', (_what, condition, value, expected) => {
  expect(firstUnmetOfText(condition, value)).toBe(expected)
})
