import { expect, test } from 'vitest'
import { readRetryAfter } from './retry-after.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const date = 'Thu, 01 Jan 2026 11:00:00 GMT'

test.each<[string, Record<string, string>, number | null]>([
  ['seconds', { 'retry-after': '7' }, 7],
  ['seconds with room around them', { 'retry-after': ' 7 ' }, 7],
  ['at once', { 'retry-after': '0' }, 0],
  ['a week', { 'retry-after': '604800' }, 3600],
  ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30],
  ['a date by a clock that is an hour late', { date, 'retry-after': 'Thu, 01 Jan 2026 11:00:05 GMT' }, 5],
  ['a date that is over', { 'retry-after': 'Thu, 01 Jan 2026 11:59:00 GMT' }, 0],
  ['nothing', {}, null],
  ['an empty value', { 'retry-after': '' }, null],
  ['words', { 'retry-after': 'soon' }, null],
  ['a negative number', { 'retry-after': '-3' }, null],
])('%s', (_what, headers, expected) => {
  expect(readRetryAfter({ headers }, now)).toBe(expected)
})
