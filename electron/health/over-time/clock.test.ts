import { expect, test } from 'vitest'
import { timeBetween } from './clock.ts'

const HOUR = 3_600_000

test.each<[string, number, number, ReturnType<typeof timeBetween>]>([
  ['the next look', 15_000, 15_000, 'continuous'],
  ['a look at once, on a change', 0, 0, 'continuous'],
  ['a look that came late', 30_000, 30_000, 'continuous'],
  ['one look missed too many', 45_000, 45_000, 'gap'],
  ['asleep for an hour, where the monotonic clock stands still meanwhile', HOUR + 15_000, 15_000, 'gap'],
  ['asleep for an hour, where it goes on', HOUR + 15_000, HOUR + 15_000, 'gap'],
  ['the clock is set forward by an hour', HOUR + 15_000, 15_000, 'gap'],
  ['the clock is set back by an hour', 15_000 - HOUR, 15_000, 'back'],
  ['the clock is set back by a minute', 15_000 - 60_000, 15_000, 'back'],
  ['set back by an hour and looked at after an hour', 15_000, HOUR + 15_000, 'back'],
  ['the clock is put right by a second', 14_000, 15_000, 'continuous'],
  ['the clock is put right by a second between two close looks', -900, 100, 'continuous'],
])('%s', (_name, wallMs, monotonicMs, expected) => {
  const before = { wallMs: 1e12, monotonicMs: 5e6 }
  const now = { wallMs: before.wallMs + wallMs, monotonicMs: before.monotonicMs + monotonicMs }
  expect(timeBetween(before, now, 15_000)).toBe(expected)
})
