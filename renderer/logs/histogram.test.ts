import { describe, expect, it } from 'vitest'
import type { LogCounts } from '../../shared/contract/logs.ts'
import { barParts, barText, histogramBars, levelTotals } from './histogram.ts'

const counts = (change: Partial<LogCounts>): LogCounts => ({
  trace: 0,
  debug: 0,
  info: 0,
  warn: 0,
  error: 0,
  fatal: 0,
  none: 0,
  ...change,
})
const histogram = {
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-01T00:00:10.000Z',
  bucketMs: 1000,
  buckets: [
    { at: '2026-01-01T00:00:00.000Z', counts: counts({ info: 3, error: 1 }) },
    { at: '2026-01-01T00:00:01.000Z', counts: counts({ none: 2 }) },
    { at: '2026-01-01T00:00:09.000Z', counts: counts({ warn: 1200 }) },
  ],
}

describe('the histogram', () => {
  it('has a bar for each stretch of time, those without lines too', () => {
    const bars = histogramBars(histogram, 100)
    expect(bars.map(({ total }) => total)).toEqual([4, 2, 0, 0, 0, 0, 0, 0, 0, 1200])
    expect(bars.map(barText).slice(0, 3)).toEqual(['1 error, 3 info', '2 without level', 'no lines'])
  })

  it('puts buckets together where there is no room, and loses no line', () => {
    const bars = histogramBars(histogram, 4)
    expect(bars).toHaveLength(4)
    expect(bars.map(({ total }) => total)).toEqual([6, 0, 0, 1200])
    expect(bars[0]).toMatchObject({ fromMs: Date.parse(histogram.from), toMs: Date.parse(histogram.from) + 3000 })
  })

  it('draws the gravest at the ground, as parts of the highest bar', () => {
    const [first] = histogramBars(histogram, 100)
    expect(first && barParts(first, 8)).toEqual([
      { level: 'error', from: 0, to: 0.125 },
      { level: 'info', from: 0.125, to: 0.5 },
    ])
  })

  it('counts each level over the whole time', () => {
    expect(levelTotals(histogram)).toEqual(counts({ info: 3, error: 1, none: 2, warn: 1200 }))
  })

  it('draws nothing of no time', () => {
    expect(histogramBars({ ...histogram, to: histogram.from }, 100)).toEqual([])
  })
})
