import { describe, expect, it } from 'vitest'
import {
  count,
  formatAge,
  formatDuration,
  formatPercent,
  formatRelative,
  shortDigest,
  truncateMiddle,
} from './format.ts'

describe('figures', () => {
  it.each([
    [0.44, '0.4 %'],
    [38.4, '38 %'],
    [143, '143 %'],
  ])('writes %d percent as %s', (percent, text) => expect(formatPercent(percent)).toBe(text))
})

describe('times', () => {
  it.each([
    [12, '12 ms'],
    [820, '820 ms'],
    [9400, '9.4 s'],
    [14_900, '14 s'],
    [200_000, '3 min 20 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
    [(4 * 24 + 3) * 3_600_000, '4 d 3 h'],
    [24 * 3_600_000 + 59_000, '1 d'],
    [-3, '0 ms'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [59_000, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [49 * 3_600_000, '2 d'],
  ])('writes an age of %d ms as %s', (ms, text) => expect(formatAge(ms)).toBe(text))

  const now = Date.parse('2026-03-01T12:00:00Z')
  it.each([
    ['2026-03-01T11:59:58Z', 'just now'],
    ['2026-03-01T11:57:00Z', '3 min ago'],
    ['2026-03-01T12:00:25Z', 'in 25 s'],
    ['no time at all', 'no time at all'],
  ])('writes %s as %s', (iso, text) => expect(formatRelative(iso, now)).toBe(text))
})

describe('names', () => {
  it('shows twelve characters of a digest, with or without its algorithm', () => {
    expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456789ab')
    expect(shortDigest('0123456789abcdef')).toBe('0123456789ab')
  })

  it.each([
    ['short', 10, 'short'],
    ['exactly-10', 10, 'exactly-10'],
    ['a-name-that-is-long', 10, 'a-nam…long'],
  ])('cuts %s in its middle to at most %d characters', (text, limit, shown) => {
    expect(truncateMiddle(text, limit)).toBe(shown)
    expect(truncateMiddle(text, limit).length).toBeLessThanOrEqual(limit)
  })

  it('counts in words', () => {
    expect([count(1, 'service'), count(0, 'service'), count(2, 'entry', 'entries')]).toEqual([
      '1 service',
      '0 services',
      '2 entries',
    ])
  })
})
