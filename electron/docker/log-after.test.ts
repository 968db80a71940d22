import { expect, test } from 'vitest'
import { takeNew } from './log-after.ts'

const line = (second: number, text: string) => ({
  stream: 'stdout' as const,
  timestamp: `2026-01-01T12:00:0${second}.000000000Z`,
  text,
})

test('each line comes once, also where several bear the same time', () => {
  const first = takeNew([line(1, 'a'), line(2, 'b'), line(2, 'c')], null)
  expect(first.lines).toEqual(['a', 'b', 'c'])
  const second = takeNew([line(2, 'b'), line(2, 'c'), line(2, 'd')], first.cursor)
  expect(second.lines).toEqual(['d'])
  const third = takeNew([line(2, 'b'), line(2, 'c'), line(2, 'd'), line(3, 'e')], second.cursor)
  expect(third.lines).toEqual(['e'])
  expect(takeNew([], third.cursor)).toEqual({ lines: [], cursor: third.cursor })
  expect(takeNew([line(1, 'a')], third.cursor).lines).toEqual([])
})
