import { expect, test } from 'vitest'
import { decodeSample, encodeSample } from './sample-codec.ts'

test('a sample is read as it was written, also with more series than a byte can count', () => {
  const values = new Map([
    [1, 0],
    [2, -1.5],
    [254, 2 ** 40],
    [255, 12.25],
    [256, 3],
    [65_535, 1e-3],
  ])
  const read = decodeSample(encodeSample(values))
  expect([...read.keys()]).toEqual([...values.keys()])
  for (const [series, value] of values) expect(read.get(series)).toBeCloseTo(value, 5)
  expect(decodeSample(encodeSample(new Map()))).toEqual(new Map())
})
