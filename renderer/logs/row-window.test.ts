import { describe, expect, it } from 'vitest'
import { ROW_PX, rowToShow, rowWindow, scrollTopFor } from './row-window.ts'

const viewPx = 440
const maximumPx = 30_000_000

describe('the window of rows', () => {
  it('draws what is in sight and a little more', () => {
    expect(rowWindow({ count: 1000, scrollTop: 2200, viewPx, maximumPx })).toEqual({
      from: 92,
      to: 128,
      heightPx: 22_000,
      topPx: 92 * ROW_PX,
      topRow: 100,
    })
  })

  it('stays within the rows at either end', () => {
    expect(rowWindow({ count: 10, scrollTop: 0, viewPx, maximumPx })).toMatchObject({ from: 0, to: 10, topPx: 0 })
    expect(rowWindow({ count: 0, scrollTop: 0, viewPx, maximumPx })).toMatchObject({ from: 0, to: 0, heightPx: 0 })
    expect(rowWindow({ count: 1000, scrollTop: 99_999, viewPx, maximumPx })).toMatchObject({ to: 1000, topRow: 980 })
  })

  it.each([
    ['that fit', 1_000_000],
    ['that do not fit in what a browser scrolls', 5_000_000],
  ])('reaches every row, and the first and last exactly, of rows %s', (_, count) => {
    const measure = { count, viewPx, maximumPx }
    const { heightPx } = rowWindow({ ...measure, scrollTop: 0 })
    expect(heightPx).toBeLessThanOrEqual(maximumPx)
    for (const index of [0, 1, 17, count / 2, count - 20]) {
      const { topRow } = rowWindow({ ...measure, scrollTop: scrollTopFor(index, measure) })
      expect(topRow).toBeCloseTo(index, 3)
    }
    expect(rowWindow({ ...measure, scrollTop: heightPx - viewPx }).to).toBe(count)
  })

  it('draws rows where they are seen, also when pixels stand for more than one', () => {
    const shown = rowWindow({ count: 5_000_000, scrollTop: 12_345_678, viewPx, maximumPx })
    const seenAt = shown.topPx + (Math.floor(shown.topRow) - shown.from) * ROW_PX - 12_345_678
    expect(seenAt).toBeLessThanOrEqual(0)
    expect(seenAt).toBeGreaterThan(-ROW_PX)
  })

  it.each([
    ['above', 5, 10, 5],
    ['below', 40, 10, 21],
    ['in sight', 15, 10, null],
    ['the last that is whole', 29, 10, null],
    ['cut at the lower edge', 30, 10, 11],
  ])('scrolls as little as shows a row %s', (_, index, topRow, expected) => {
    expect(rowToShow(index, topRow, viewPx)).toBe(expected)
  })
})
