import { expect, test } from 'vitest'
import { LogLinesBuilder } from '../docker/log-lines.ts'
import { linesUpTo } from './read-window.ts'

test('a window ends at its time, also where an earlier line is stored behind a later one', () => {
  const builder = new LogLinesBuilder()
  for (const [text, low] of [
    ['a', 1],
    ['late', 9],
    ['b', 2],
    ['c', 3],
    ['later', 4],
  ] as const) {
    builder.add(Buffer.from(text), 0, text.length, { high: 0, low }, 1)
  }
  const lines = linesUpTo(builder.take(), 3n)
  expect(Buffer.from(lines.bytes).toString()).toBe('abc')
  expect([...lines.times]).toEqual([1n, 2n, 3n])
})
