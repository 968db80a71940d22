import { expect, test } from 'vitest'
import { LogLinesBuilder } from './log-lines.ts'
import { decodeLines, takeNew } from './log-text.ts'

const line = (second: number, text: string) => ({ timeNs: BigInt(second) * 1_000_000_000n, text })

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

test('lines of both streams are merged by time, and those of the same time keep their order', () => {
  const builder = new LogLinesBuilder()
  for (const [stream, low, text] of [
    [1, 3, 'third'],
    [2, 1, 'first'],
    [2, 2, 'second\r'],
    [1, 3, '€'],
  ] as const) {
    builder.add(Buffer.from(text), 0, Buffer.byteLength(text), { high: 0, low }, stream)
  }
  expect(decodeLines([builder.take()]).map(({ text }) => text)).toEqual(['first', 'second', 'third', '€'])
})
