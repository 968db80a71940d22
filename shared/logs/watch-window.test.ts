import { describe, expect, it } from 'vitest'
import { createWatchWindow } from './watch-window.ts'

/** The times, in seconds, at which a rule tells. */
function told(moreThan: number, withinSeconds: number, seconds: readonly number[]): number[] {
  const window = createWatchWindow({ moreThan, withinSeconds })
  return seconds.filter((second) => window.add(second * 1000))
}

const every = (step: number, until: number) => Array.from({ length: until / step }, (_, n) => n * step)

describe('createWatchWindow', () => {
  it.each([
    ['not at as many as are allowed', 3, 60, [0, 1, 2], []],
    ['with the line that is one too many', 3, 60, [0, 1, 2, 3], [3]],
    ['not when they are spread wider than the window', 3, 60, [0, 20, 40, 60, 80, 100], []],
    ['once for a burst', 3, 60, [0, 1, 2, 3, 4, 5, 6, 7, 8], [3]],
    ['again for the next burst', 3, 60, [0, 1, 2, 3, 4, 200, 201, 202, 203, 204], [3, 203]],
    ['once for a stream without end', 5, 60, every(1, 600), [5]],
    ['at any line where none is allowed, once a window', 0, 60, [0, 10, 20, 100, 110, 400], [0, 100, 400]],
    ['once while the amount swings about the limit', 2, 10, [0, 4, 8, 12, 16, 17, 18, 26, 27, 28], [8, 26]],
    ['not for a line that is older than the window', 1, 60, [100, 10, 20], []],
    ['for lines in a wrong order', 2, 60, [100, 98, 99], [99]],
  ])('tells %s', (_name, moreThan, withinSeconds, seconds, expected) => {
    expect(told(moreThan, withinSeconds, seconds)).toEqual(expected)
  })

  it('counts as a plain count over all lines would', () => {
    const seconds = Array.from({ length: 500 }, (_, n) => Math.floor((n * n) / 7) % 1000).sort((a, b) => a - b)
    const first = seconds.findIndex((now, n) => seconds.slice(0, n + 1).filter((at) => now - at < 30).length > 20)
    expect(first).toBeGreaterThan(0)
    expect(told(20, 30, seconds)[0]).toBe(seconds[first])
  })
})
