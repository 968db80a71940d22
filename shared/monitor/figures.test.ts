import { describe, expect, test } from 'vitest'
import { bucket, daysUntilFull, type Point, quantile } from './figures.ts'

const DAY = 86_400_000
const GIGABYTE = 2 ** 30

test.each<[readonly number[], number, number | null]>([
  [[], 0.5, null],
  [[7], 0.95, 7],
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.5, 2.5],
  [Array.from({ length: 101 }, (_, index) => index), 0.95, 95],
])('quantile of %j at %d', (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected)
})

test('steps without a point have no value, and points outside the range none either', () => {
  const points = [0, 4, 12, 40, 999].map((atMs) => ({ atMs, value: atMs }))
  expect(bucket(points, { fromMs: 0, stepMs: 10, count: 4 })).toEqual([2, 12, null, null])
  expect(bucket(points, { fromMs: 0, stepMs: 10, count: 4 }, (values) => Math.max(...values))).toEqual([
    4,
    12,
    null,
    null,
  ])
})

describe('the day on which the disk is full', () => {
  const daily = (free: (day: number) => number, days = 7): Point[] =>
    Array.from({ length: days * 4 + 1 }, (_, index) => ({ atMs: (index * DAY) / 4, value: free(index / 4) }))
  const noise = (day: number) => Math.sin(day * 37) * 0.2 * GIGABYTE

  test.each<[string, Point[], number, number | null]>([
    ['a steady loss', daily((day) => (100 - 5 * day) * GIGABYTE), 7, 13],
    ['a steady loss with noise', daily((day) => (100 - 5 * day) * GIGABYTE + noise(day)), 7, 13],
    ['full already', daily((day) => (7 - day) * GIGABYTE), 7, 0],
    ['growing free space', daily((day) => (50 + day) * GIGABYTE), 7, null],
    ['nothing changes', daily(() => 50 * GIGABYTE), 7, null],
    ['only noise', daily(noise), 7, null],
    ['so slow that nobody plans for it', daily((day) => 1000 * GIGABYTE - day * 1e6), 7, null],
    ['one large download', daily((day) => (day < 3.4 ? 50 : 30) * GIGABYTE + noise(day) / 10), 7, null],
    ['one that a mean lies on', daily((day) => (day < 3.4 ? 50 : day < 3.6 ? 40 : 30) * GIGABYTE), 7, null],
    ['a download each day', daily((day) => (100 - 5 * Math.floor(day)) * GIGABYTE), 7, 13],
    ['an hour of observation', daily((day) => (100 - 5 * day) * GIGABYTE).slice(0, 2), 0, null],
    ['no observation', [], 0, null],
  ])('%s', (_name, points, nowDay, expected) => {
    const days = daysUntilFull(points, nowDay * DAY)
    if (expected === null) expect(days).toBeNull()
    else expect(days).toBeCloseTo(expected, 0)
  })
})
