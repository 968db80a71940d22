import { expect, test } from 'vitest'
import { median, percentile, shuffled } from './statistics.ts'

test.each([
  { samples: [3], share: 0.5, expected: 3 },
  { samples: [4, 1, 3, 2], share: 0.5, expected: 2 },
  { samples: [5, 1, 4, 2, 3], share: 0.5, expected: 3 },
  { samples: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100], share: 0.95, expected: 100 },
  { samples: [2, 1], share: 0, expected: 1 },
])('the $share percentile of $samples is $expected', ({ samples, share, expected }) => {
  expect(percentile(samples, share)).toBe(expected)
})

test('no samples have no percentile', () => {
  expect(() => median([])).toThrow(RangeError)
})

test('shuffling keeps every item and leaves the original alone', () => {
  const items = [1, 2, 3, 4, 5]
  expect(shuffled(items).sort()).toEqual(items)
  expect(items).toEqual([1, 2, 3, 4, 5])
})
