import { expect, it } from 'vitest'
import { joinShortGaps, measuredAt } from './join-gaps.ts'

const times = (count: number) => Array.from({ length: count }, (_, index) => index * 10)

it('draws a straight line between values that are taken more rarely than the chart has places', () => {
  expect(joinShortGaps([1, null, 3, null, 5], times(5), [])).toEqual([1, 2, 3, 4, 5])
})

it('leaves what is longer than twice the usual distance broken', () => {
  const values = [1, 2, 3, null, 4, null, null, 5, 6]
  expect(joinShortGaps(values, times(9), [])).toEqual([1, 2, 3, 3.5, 4, null, null, 5, 6])
})

it('never crosses a time that nobody observed', () => {
  expect(joinShortGaps([1, null, 3, null, 5], times(5), [{ from: 12, to: 14 }])).toEqual([1, null, 3, 4, 5])
})

it('says of a place between two values the one that was measured before it', () => {
  const values = [1, null, 3, null]
  const drawn = [1, 2, 3, null]
  expect([0, 1, 2, 3].map((index) => measuredAt(values, drawn, index))).toEqual([1, 1, 3, null])
})
