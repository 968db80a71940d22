import { expect, it } from 'vitest'
import type { Segment, Series } from '../../shared/contract/monitor.ts'
import { busiestLines, groupSeries, hasValues, toPoints, unobservedStretches } from './chart-data.ts'

const TIMES = [10, 20, 30, 40, 50]
const group = (all: readonly Series[]) => groupSeries(all, [0], [])
const series = (id: string, label: string, values: Series['values'], unit: Series['unit'] = 'percent'): Series => ({
  id,
  title: id,
  unit,
  label,
  limit: null,
  values,
  peaks: null,
})

it('puts lines of one name and unit on one chart, in the order in which a person asks', () => {
  const groups = group([
    series('queue.depth', 'jobs', [1], 'count'),
    series('memory', 'api', [1], 'bytes'),
    series('cpu', 'api', [1]),
    series('cpu', 'worker', [2]),
    series('response', 'p50', [1], 'milliseconds'),
  ])
  expect(groups.map(({ id, lines }) => [id, lines.map(({ key, label }) => `${key} ${label}`)])).toEqual([
    ['response', ['line0 p50']],
    ['cpu', ['line0 api', 'line1 worker']],
    ['memory', ['line0 api']],
    ['queue.depth', ['line0 jobs']],
  ])
})

it('keeps what is missing as missing, and one point beyond each edge of the window', () => {
  const [chart] = groupSeries([series('cpu', 'api', [1, null, 3, 4, 5])], TIMES, [{ from: 12, to: 14 }])
  if (!chart) throw new Error('no chart')
  expect(toPoints(chart, TIMES, 25, 35)).toEqual([
    { t: 20, line0: null },
    { t: 30, line0: 3 },
    { t: 40, line0: 4 },
  ])
  expect(toPoints(chart, TIMES, 0, 100)).toHaveLength(5)
})

it('has the highest that a mean hides beside it, and takes it for how busy a line is', () => {
  const quiet = { ...series('cpu', 'a', [2, 2, null, 2, 2]), peaks: [2, 90, null, 2, 2] }
  const [chart] = groupSeries([quiet, series('cpu', 'b', [5, 5, 5, 5, 5])], TIMES, [{ from: 22, to: 38 }])
  if (!chart) throw new Error('no chart')
  expect(toPoints(chart, TIMES, 15, 25)).toEqual([
    { t: 10, line0: 2, line0peak: 2, line1: 5 },
    { t: 20, line0: 2, line0peak: 90, line1: 5 },
    { t: 30, line0: null, line0peak: null, line1: 5 },
  ])
  expect([...busiestLines(chart.lines, 1)]).toEqual(['line0'])
})

it('tells a chart without any value', () => {
  const [empty, full] = group([series('cpu', 'api', [null, null]), series('memory', 'api', [null, 0])])
  expect([empty && hasValues(empty), full && hasValues(full)]).toEqual([false, true])
})

it('draws the busiest where there are too many to tell apart', () => {
  const [chart] = group([series('cpu', 'a', [1]), series('cpu', 'b', [null, 9]), series('cpu', 'c', [5])])
  expect([...busiestLines(chart?.lines ?? [], 2)]).toEqual(['line1', 'line2'])
})

it('takes holes between segments and both ends for not observed', () => {
  const at = (second: number) => new Date(second * 1000).toISOString()
  const segments: Segment[] = [
    { from: at(10), to: at(20), state: 'healthy' },
    { from: at(20), to: at(25), state: 'unobserved' },
    { from: at(30), to: at(40), state: 'down' },
  ]
  expect(unobservedStretches(segments, 0, 50_000)).toEqual([
    { from: 0, to: 10_000 },
    { from: 20_000, to: 30_000 },
    { from: 40_000, to: 50_000 },
  ])
})
