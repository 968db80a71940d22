import { describe, expect, it } from 'vitest'
import { formatValue, valueTicks } from './value-axis.ts'

const MIB = 1024 * 1024

describe('ticks of a value axis', () => {
  it.each<[Parameters<typeof valueTicks>[0], number, number[]]>([
    ['percent', 0, [0, 0.25, 0.5, 0.75, 1]],
    ['percent', 37, [0, 10, 20, 30, 40]],
    ['milliseconds', 1.1, [0, 0.5, 1, 1.5]],
    ['count', 5, [0, 2, 4, 6]],
    ['bytes', 300 * MIB, [0, 128 * MIB, 256 * MIB, 384 * MIB]],
    ['seconds', 0.3, [0, 0.1, 0.2, 0.3]],
  ])('of %s to %d', (unit, highest, ticks) => expect(valueTicks(unit, highest)).toEqual(ticks))
})

it.each<[Parameters<typeof formatValue>[0], number, string]>([
  ['percent', 0.25, '0.25 %'],
  ['percent', 137.4, '137 %'],
  ['bytes', 384 * MIB, '384 MiB'],
  ['disk-bytes', 80_000_000_000, '80.0 GB'],
  ['bytes-per-second', 12_300, '12.3 kB/s'],
  ['milliseconds', 1.26, '1.3 ms'],
  ['milliseconds', 250, '250 ms'],
  ['milliseconds', 2500, '2.5 s'],
  ['count', 12_400, '12.4 k'],
  ['per-second', 0.041, '0.041/s'],
  ['seconds', 0.2, '200 ms'],
])('%s %d is said as %s', (unit, value, text) => expect(formatValue(unit, value)).toBe(text))
