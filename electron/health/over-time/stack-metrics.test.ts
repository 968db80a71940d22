import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Observed, Range } from '../../../shared/contract/monitor.ts'
import { openDatabase } from '../../storage/database.ts'
import { createSampleStore, type SeriesKey } from '../../storage/stored-samples.ts'
import { createTimelineStore } from '../../storage/stored-timelines.ts'
import { HOUR_MS, rollUp, type Stores, sumByState } from './roll-up.ts'
import { readMetrics } from './stack-metrics.ts'

const SECOND = 1000
const DAY_MS = 24 * HOUR_MS
const NOW = Date.parse('2026-05-20T12:34:56Z')
const MEGABYTE = 2 ** 20
const ref = { hostId: 'h', project: 'p' }

let folder: string
let database: DatabaseSync
let stores: Stores
let stack: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'))
  database = openDatabase(join(folder, 'app.db')).database
  stores = { timelines: createTimelineStore(database), samples: createSampleStore(database) }
  stack = stores.timelines.open(ref).number
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const key = (id: string, label: string, unit: SeriesKey['unit'] = 'bytes'): SeriesKey => ({
  id,
  label,
  unit,
  title: id,
})
const probe = (label: string) => key('response-by-probe', label, 'milliseconds')

function add(atMs: number, figures: readonly (readonly [SeriesKey, number])[]): void {
  const values = new Map(figures.map(([series, value]) => [stores.samples.numberOf(stack, series), value]))
  stores.samples.add(stack, 'raw', { atMs, values })
}

function roll(nowMs: number, mayForget = true): void {
  const known = stores.timelines.find(ref)
  if (known !== null) rollUp(stores, stack, { rolledToMs: known.rolledToMs, nowMs, mayForget })
}

function read(range: Range, nowMs = NOW) {
  const known = stores.timelines.find(ref)
  if (known === null) throw new Error('The stack is not known.')
  return readMetrics({ stores, stack: known, incidents: [], operations: [] }, range, nowMs)
}

const line = (range: Range, id: string, label: string) =>
  read(range).series.find((series) => series.id === id && series.label === label)
const known = (values: readonly (number | null)[] | undefined) => values?.filter((value) => value !== null)

describe('a range without a sample', () => {
  test.each<Range>(['1h', '24h', '7d', '30d', '90d', '1y'])('of %s is unobserved, and draws nothing', (range) => {
    const metrics = read(range)
    expect(metrics.segments.map(({ state }) => state)).toEqual(['unobserved'])
    expect(metrics.series).toEqual([])
    expect(metrics.uptime.map(({ up, observed }) => [up, observed])).toEqual(metrics.uptime.map(() => [null, 0]))
    expect(metrics.disk).toBeNull()
    expect(metrics.times.length).toBeLessThan(800)
  })
})

test('figures stand at their time, and times without one are empty', () => {
  add(NOW - 60 * SECOND, [[key('cpu', 'web', 'percent'), 40]])
  add(NOW - 15 * SECOND, [[key('cpu', 'web', 'percent'), 20]])
  const { times, series } = read('1h')
  const values = series[0]?.values ?? []
  expect(values).toHaveLength(times.length)
  const filled = values.flatMap((value, index) => (value === null ? [] : [[times[index], value]]))
  expect(filled).toEqual([
    ['2026-05-20T12:33:45.000Z', 40],
    ['2026-05-20T12:34:30.000Z', 20],
  ])
})

test('memory is told with its limit, and the limit is no line of its own', () => {
  add(NOW - 60 * SECOND, [
    [key('memory', 'web'), 100 * MEGABYTE],
    [key('memory-limit', 'web'), 512 * MEGABYTE],
    [key('memory', 'db'), 50 * MEGABYTE],
  ])
  expect(read('1h').series.map(({ id, label, limit }) => [id, label, limit])).toEqual([
    ['memory', 'web', 512 * MEGABYTE],
    ['memory', 'db', null],
  ])
})

test('response times are told as median and 95th percentile over all probes, exactly while samples are raw', () => {
  for (let index = 0; index < 20; index++) {
    add(NOW - HOUR_MS / 2 + index, [
      [probe('Status'), index],
      [probe('Port'), 100 + index],
    ])
  }
  expect(known(line('1h', 'response', 'p50')?.values)).toEqual([59.5])
  expect(known(line('1h', 'response', 'p95')?.values)?.[0]).toBeCloseTo(117, 0)
  expect(known(line('1h', 'response-by-probe', 'Port')?.values)).toEqual([109.5])
})

test('joined to minutes and hours the quantiles and the means are kept, and the raw samples go after a day', () => {
  const begin = Math.floor((NOW - 3 * DAY_MS) / HOUR_MS) * HOUR_MS
  for (let at = begin; at < begin + HOUR_MS; at += 15 * SECOND) {
    const isSlow = at >= begin + HOUR_MS - 12 * 60 * SECOND
    add(at, [
      [probe('Status'), isSlow ? 900 : 10],
      [key('cpu', 'web', 'percent'), isSlow ? 100 : 0],
      [key('restarts', 'web', 'count'), isSlow ? 3 : 2],
    ])
  }
  roll(begin + HOUR_MS)
  roll(NOW)
  expect(stores.samples.read(stack, 'raw', 0, NOW)).toEqual([])
  expect(stores.samples.read(stack, 'minute', 0, NOW)).toHaveLength(60)
  expect(stores.samples.read(stack, 'hour', 0, NOW)).toHaveLength(1)
  const about = (values: readonly number[]) => values.map((value) => expect.closeTo(value, -Math.log10(value / 10)))
  expect(known(line('30d', 'response', 'p50')?.values)).toEqual(about([10]))
  expect(known(line('30d', 'response', 'p95')?.values)).toEqual(about([900]))
  expect(known(line('30d', 'cpu', 'web')?.values)).toEqual([20])
  expect(known(line('30d', 'cpu', 'web')?.peaks ?? [])).toEqual([100])
  expect(known(line('30d', 'restarts', 'web')?.values)).toEqual([3])
  expect(known(line('7d', 'response', 'p95')?.values)).toEqual(about([10, 10, 10, 900]))
})

test('one slow minute of a quarter of an hour is no 95th percentile of it, and shows in the highest CPU', () => {
  const begin = Math.floor((NOW - 2 * DAY_MS) / HOUR_MS) * HOUR_MS
  for (let minute = 0; minute < 60; minute++) {
    const isBad = minute % 30 === 7
    // One slow answer among ten is the 95th percentile of its minute, and one of 150 that of nothing.
    for (let index = 0; index < 10; index++) {
      add(begin + minute * 60_000 + index * 6_000, [
        [probe('Status'), isBad && index < 1 ? 5_000 : 100],
        [key('cpu', 'web', 'percent'), isBad && index === 3 ? 95 : 5],
        [key('restarts', 'web', 'count'), 1],
      ])
    }
  }
  roll(NOW)
  const p95 = known(line('7d', 'response', 'p95')?.values) ?? []
  expect(p95).toHaveLength(4)
  for (const value of p95) expect(value).toBeLessThan(110)
  expect(known(line('7d', 'cpu', 'web')?.peaks ?? [])).toEqual([95, 5, 95, 5])
  expect(line('7d', 'restarts', 'web')?.peaks).toBeNull()
})

test('quantiles of hours that an earlier version joined are told as they are, and never joined again', () => {
  const hour = Math.floor((NOW - 9 * DAY_MS) / DAY_MS) * DAY_MS
  const number = stores.samples.numberOf(stack, key('response', 'p95', 'milliseconds'))
  for (const [at, value] of [
    [hour, 80],
    [hour + HOUR_MS, 300],
  ] as const) {
    stores.samples.add(stack, 'hour', { atMs: at, values: new Map([[number, value]]) })
  }
  stores.timelines.setRolledTo(stack, Math.floor(NOW / HOUR_MS) * HOUR_MS)
  expect(known(line('30d', 'response', 'p95')?.values)).toEqual([80, 300])
  expect(line('1y', 'response', 'p95')).toBeUndefined()
})

test('where the clock is in doubt nothing is dropped for its age', () => {
  const at = NOW - 3 * DAY_MS
  add(at, [[key('cpu', 'web', 'percent'), 50]])
  stores.timelines.save(stack, [{ fromMs: at, toMs: at + HOUR_MS, state: 'healthy' }])
  roll(NOW + 400 * DAY_MS, false)
  expect(stores.samples.read(stack, 'raw', 0, NOW)).toHaveLength(1)
  expect(stores.samples.read(stack, 'minute', 0, NOW)).toHaveLength(1)
  expect(stores.timelines.read(stack, 0, NOW)).toHaveLength(1)
  roll(NOW + 400 * DAY_MS)
  expect(stores.samples.read(stack, 'raw', 0, NOW)).toEqual([])
  expect(stores.timelines.read(stack, 0, NOW)).toEqual([])
})

test('the present hour counts, whether it was joined already or not', () => {
  add(NOW - 5 * 60 * SECOND, [[key('cpu', 'web', 'percent'), 50]])
  add(NOW - 65 * 60 * SECOND, [[key('cpu', 'web', 'percent'), 10]])
  roll(NOW)
  expect(known(line('7d', 'cpu', 'web')?.values)).toEqual([10, 50])
  expect(known(line('30d', 'cpu', 'web')?.values)).toEqual([10, 50])
})

test('uptime is told for a day, a week and a month, each with what was observed of it', () => {
  stores.timelines.save(stack, [
    { fromMs: NOW - 3 * DAY_MS, toMs: NOW - 2 * DAY_MS, state: 'down' },
    { fromMs: NOW - DAY_MS / 2, toMs: NOW, state: 'healthy' },
  ])
  expect(read('1y').uptime.at(-1)).toEqual({ range: '1y', up: 1 / 3, observed: 1.5 / 365 })
  expect(read('1h').uptime).toEqual([
    { range: '24h', up: 1, observed: 0.5 },
    { range: '7d', up: 1 / 3, observed: 1.5 / 7 },
    { range: '30d', up: 1 / 3, observed: 1.5 / 30 },
  ])
})

test('the disk is told with the day on which it is full', () => {
  const gigabyte = 2 ** 30
  stores.timelines.setFacts(stack, { name: 'p', version: null, diskPath: '/data' })
  for (let hour = 5 * 24; hour >= 0; hour--) {
    add(NOW - hour * HOUR_MS - SECOND, [
      [key('disk-free', '/data'), (40 + hour / 12) * gigabyte],
      [key('disk-total', '/data'), 100 * gigabyte],
    ])
  }
  roll(NOW)
  const { disk } = read('1h')
  expect(disk).toMatchObject({ path: '/data', freeBytes: 40 * gigabyte, totalBytes: 100 * gigabyte })
  expect(disk?.fullInDays).toBeCloseTo(20, 0)
  expect(read('1h', NOW + 3 * DAY_MS).disk?.measuredAt).toBe(new Date(NOW - SECOND).toISOString())
})

test('an operation goes on only while its stack is seen to be under one', () => {
  const ends = () => read('24h').marks.map(({ id, to }) => [id, to])
  const fromMs = NOW - 2 * HOUR_MS
  stores.timelines.mark(stack, { kind: 'operation', id: 'op', title: 'upgrade', fromMs, toMs: null })
  stores.timelines.save(stack, [{ fromMs, toMs: NOW - HOUR_MS, state: 'maintenance' }])
  expect(ends()).toEqual([['op', new Date(fromMs).toISOString()]])
  stores.timelines.save(stack, [{ fromMs: NOW - HOUR_MS, toMs: NOW, state: 'maintenance' }])
  expect(ends()).toEqual([['op', null]])
})

test('an hour of flapping is told by its sums after a week', () => {
  const hour = Math.floor((NOW - 7 * DAY_MS) / HOUR_MS) * HOUR_MS - HOUR_MS
  const flapping = Array.from({ length: 100 }, (_, index) => ({
    fromMs: hour + index * 20 * SECOND,
    toMs: hour + (index + 1) * 20 * SECOND,
    state: (['healthy', 'down', 'healthy', 'degraded'] as const)[index % 4] as Observed,
  }))
  stores.timelines.save(stack, flapping)
  stores.timelines.setRolledTo(stack, hour + 7 * DAY_MS)
  const before = read('30d').uptime
  roll(NOW)
  expect(
    stores.timelines.read(stack, 0, NOW).map(({ state, fromMs, toMs }) => [state, (toMs - fromMs) / SECOND]),
  ).toEqual([
    ['down', 500],
    ['degraded', 500],
    ['healthy', 1000],
  ])
  expect(read('30d').uptime).toEqual(before)
  expect(sumByState([])).toEqual([])
})

test('a year of a stack with five services takes a few megabytes', { timeout: 120_000 }, () => {
  const services = ['web', 'api', 'worker', 'db', 'cache']
  const perService = [
    'cpu',
    'memory',
    'memory-limit',
    'network-in',
    'network-out',
    'disk-read',
    'disk-write',
    'restarts',
  ]
  const keys = [
    ...services.flatMap((service) => [...perService.map((id) => key(id, service)), probe(service)]),
    key('disk-free', '/data'),
    key('disk-total', '/data'),
  ]
  const numbers = keys.map((series) => stores.samples.numberOf(stack, series))
  // Answers of a probe take from some milliseconds to seconds; as for the rest, any figure takes the same room.
  const figureOf = (number: number) => (keys[number - 1]?.id === 'response-by-probe' ? 5 + (next() % 4000) : next())
  const begin = NOW - 366 * DAY_MS
  let random = 1
  const next = () => {
    random = (random * 48_271) % 2_147_483_647
    return random
  }
  for (let day = begin; day < NOW; day += DAY_MS) {
    // What comes of a day in the end depends on how it is sampled only while it is young.
    const stepMs = NOW - day > 8 * DAY_MS ? 1800 * SECOND : NOW - day > 2 * DAY_MS ? 60 * SECOND : 15 * SECOND
    stores.timelines.together(() => {
      for (let at = day; at < day + DAY_MS && at < NOW; at += stepMs) {
        stores.samples.add(stack, 'raw', {
          atMs: at,
          values: new Map(numbers.map((number) => [number, figureOf(number)])),
        })
      }
      const states: readonly Observed[] = ['healthy', 'degraded', 'healthy', 'down']
      stores.timelines.save(
        stack,
        Array.from({ length: 96 }, (_, index) => ({
          fromMs: day + index * 900 * SECOND,
          toMs: day + (index + 1) * 900 * SECOND,
          state: states[index % 4] ?? 'healthy',
        })),
      )
      roll(Math.min(day + DAY_MS, NOW))
    })
  }
  const count = (tier: 'raw' | 'minute' | 'hour') => stores.samples.read(stack, tier, 0, NOW).length
  expect(count('raw')).toBeLessThanOrEqual(26 * 240)
  expect(count('minute')).toBeLessThanOrEqual(7 * 24 * 60)
  expect(count('hour')).toBeLessThanOrEqual(366 * 24)
  expect(count('hour')).toBeGreaterThan(364 * 24)
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.freelist_count)
  const size = Number(database.prepare('PRAGMA page_size').get()?.page_size)
  expect((pages * size) / MEGABYTE).toBeLessThan(12)
  expect(((pages - free) * size) / MEGABYTE).toBeLessThan(10)
})

test('of a container that starts again and again the newest restarts are kept and told, and how many others there were', () => {
  const addRestarts = (count: number) => {
    stores.timelines.together(() => {
      for (let index = 0; index < count; index++) {
        const fromMs = NOW - 15 * SECOND * (count - index)
        stores.timelines.mark(stack, { kind: 'restart', id: `web ${fromMs}`, title: 'web', fromMs, toMs: null })
      }
    })
  }
  stores.timelines.mark(stack, { kind: 'operation', id: 'o', title: 'upgrade', fromMs: NOW - 20 * HOUR_MS, toMs: NOW })
  addRestarts(600)
  const { marks, restartsLeftOut } = read('24h')
  expect([marks.length, restartsLeftOut, marks[0]?.kind]).toEqual([101, 400, 'operation'])
  expect(marks.at(-1)?.from).toBe(new Date(NOW - 15 * SECOND).toISOString())
  expect(stores.timelines.marks(stack, 0, NOW)).toHaveLength(501)
})
