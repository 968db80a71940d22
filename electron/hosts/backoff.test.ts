import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

describe('the pause before a reconnect', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [100, 60_000],
    [100_000, 60_000],
  ])('of attempt %i is at most %i ms', (attempt, longest) => {
    expect(backoffMs(attempt, 1)).toBe(longest)
  })

  it('keeps a share of it for chance, so that not everyone returns at once', () => {
    expect(backoffMs(1, 0)).toBe(600)
    expect(backoffMs(7, 0.5)).toBe(48_000)
    expect(new Set(Array.from({ length: 50 }, () => backoffMs(7))).size).toBeGreaterThan(10)
  })

  it.each([0, -1])('is never less than something for attempt %i', (attempt) => {
    expect(backoffMs(attempt, 0)).toBeGreaterThan(0)
  })
})
