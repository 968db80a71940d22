import { describe, expect, test } from 'vitest'
import { addUp, describeFailure, EMPTY, formatSummary, formatTotals, judgeRunner } from './summary.ts'

const good = { passed: 3, failures: [], skips: [] }
const skip = { title: 'window opens', reason: 'no display' }

test.each([
  [good, '3 passed, 0 failed'],
  [{ passed: 2, failures: ['a'], skips: [] }, '2 passed, 1 failed'],
  [{ passed: 2, failures: [], skips: [skip] }, '2 passed, 0 failed, 1 skipped'],
  [EMPTY, '0 passed, 0 failed'],
])('totals of %j are “%s”', (summary, line) => {
  expect(formatTotals(summary)).toBe(line)
  expect(formatSummary(summary).split('\n').at(-1)).toBe(line)
})

test('every skip is listed with its reason, and every failure by name', () => {
  const text = formatSummary({ passed: 1, failures: ['rolls back'], skips: [skip] })
  expect(text).toContain('window opens\n    no display')
  expect(text).toContain('Failed:\n  rolls back')
})

test('a failure is told with the first lines of what it said, without colours', () => {
  const said = ['\u001b[31mexpected 1\u001b[39m\n\nto be 2', undefined, 'x'.repeat(5000), '\ny'.repeat(50)]
  const lines = describeFailure('rolls back', said).split('\n')
  expect(lines.slice(0, 3)).toEqual(['rolls back', '    expected 1', '    to be 2'])
  expect(lines).toHaveLength(16)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(700)
})

test('runners are added up', () => {
  const other = { passed: 1, failures: ['x'], skips: [skip] }
  expect(addUp([good, other, EMPTY])).toEqual({ passed: 4, failures: ['x'], skips: [skip] })
})

describe('a runner', () => {
  test('that did well is taken at its word', () => {
    expect(judgeRunner('vitest', 0, good)).toEqual(good)
  })
  test('that crashed before it could report is a failure', () => {
    expect(judgeRunner('vitest', 134, null).failures).toHaveLength(1)
    expect(judgeRunner('vitest', 0, null).failures).toHaveLength(1)
  })
  test('that reports only successes and still ends badly is a failure', () => {
    expect(judgeRunner('vitest', 1, good)).toEqual({ ...good, failures: [expect.stringContaining('code 1')] })
  })
  test('that found no test at all is a failure', () => {
    expect(judgeRunner('vitest', 0, EMPTY).failures).toEqual(['vitest ran no test'])
  })
  test('that says itself what failed is not counted twice', () => {
    const bad = { passed: 1, failures: ['a', 'b'], skips: [] }
    expect(judgeRunner('vitest', 1, bad)).toEqual(bad)
  })
})
