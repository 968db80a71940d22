import { expect, test } from 'vitest'
import { LogLinesBuilder } from '../docker/log-lines.ts'
import { linesWithin } from './read-window.ts'

test.each<[bigint | null, bigint | null, string, bigint[]]>([
  [null, 3n, 'abc', [1n, 2n, 3n]],
  [3n, null, 'zcy', [9n, 3n, 4n]],
  [2n, 3n, 'bc', [2n, 3n]],
  [null, null, 'azbcy', [1n, 9n, 2n, 3n, 4n]],
])(
  'a window from %s to %s has its own lines only, also where an earlier one is stored behind a later one',
  (since, until, text, times) => {
    const builder = new LogLinesBuilder()
    const stored = { a: 1, z: 9, b: 2, c: 3, y: 4 }
    for (const [line, low] of Object.entries(stored)) builder.add(Buffer.from(line), 0, 1, { high: 0, low }, 1)
    const lines = linesWithin(builder.take(), since, until)
    expect(Buffer.from(lines.bytes).toString()).toBe(text)
    expect([...lines.times]).toEqual(times)
  },
)
