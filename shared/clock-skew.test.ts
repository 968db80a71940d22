import { expect, test } from 'vitest'
import { findClockSkew, isMisleading } from './clock-skew.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]

test.each([
  [0, null, false],
  [30 * SECOND, null, false],
  [-30 * SECOND, null, false],
  [31 * SECOND, "The clock of vm is 31 s ahead of this computer's.", false],
  [-3 * MINUTE, "The clock of vm is 3 min behind this computer's.", false],
  [5 * MINUTE + 1, "The clock of vm is 5 min ahead of this computer's.", true],
  [-2 * HOUR, "The clock of vm is 2 h behind this computer's.", true],
  [72 * HOUR, "The clock of vm is 3 days ahead of this computer's.", true],
])('a clock that is %i ms off is named: %j', (offsetMs, message, misleading) => {
  const skew = findClockSkew('vm', offsetMs)
  expect(skew?.message ?? null).toBe(message)
  expect(isMisleading(offsetMs)).toBe(misleading)
  if (skew !== null)
    expect(skew).toMatchObject({ code: 'host.clock-skew', hint: expect.stringContaining('timedatectl') })
})
