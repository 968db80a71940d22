import { expect, test } from 'vitest'
import { addDigests, digestOf, quantileOf } from './digest.ts'
import { quantile } from './figures.ts'

let seed = 1
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}
/** Response times as they are: mostly quick, some very slow. */
const answers = Array.from({ length: 4000 }, () => 20 + 10 * random() + (random() < 0.07 ? 3000 * random() : 0))

test.each([0.05, 0.5, 0.9, 0.95, 0.99, 1])(
  'the quantile %d of many parts is that of the whole, to within five percent',
  (share) => {
    const parts = Array.from({ length: 400 }, (_, part) => digestOf(answers.slice(part * 10, part * 10 + 10)))
    const exact = quantile(answers, share) ?? 0
    expect(Math.abs((quantileOf(addDigests(parts), share) ?? 0) / exact - 1)).toBeLessThan(0.05)
  },
)

test.each<[readonly number[], number, number]>([
  [[0, 0, 0.4], 0, 1],
  [[1], 1, 1.1],
  [[250], 230, 270],
  [[60_000, 60_000], 57_000, 63_000],
])('the median of %j lies between %d and %d', (values, least, most) => {
  const median = quantileOf(digestOf(values), 0.5)
  expect(median).toBeGreaterThanOrEqual(least)
  expect(median).toBeLessThanOrEqual(most)
})

test('of nothing there is no quantile', () => expect(quantileOf(digestOf([]), 0.5)).toBeNull())
