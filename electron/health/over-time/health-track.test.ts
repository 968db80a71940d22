import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Observed } from '../../../shared/contract/monitor.ts'
import { fillTimeline } from '../../../shared/monitor/timeline.ts'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createSampleStore } from '../../storage/stored-samples.ts'
import { createTimelineStore, type TimelineStore } from '../../storage/stored-timelines.ts'
import { HealthTrack } from './health-track.ts'
import { saveTogether } from './save-together.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const START = Date.parse('2026-05-01T10:00:00Z')

let database: DatabaseSync
let store: TimelineStore
let stack: number
let wallMs: number
let monotonicMs: number
let track: HealthTrack

const open = () => new HealthTrack({ store, stack, intervalMs: 15 * SECOND }, wallMs)

beforeEach(() => {
  database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  for (const step of MIGRATIONS) database.exec(step)
  store = createTimelineStore(database)
  stack = store.open({ hostId: 'h', project: 'p' }).number
  wallMs = START
  monotonicMs = 1000
  track = open()
})
afterEach(() => database.close())

function look(state: Observed): void {
  const now = { wallMs, monotonicMs }
  track.lookAgain(now)
  track.note(now, state)
}

/** So many looks at 15 s each. */
function looks(count: number, state: Observed): void {
  for (let index = 0; index < count; index++) {
    look(state)
    wallMs += 15 * SECOND
    monotonicMs += 15 * SECOND
  }
}

function save(): void {
  track.save()
  track.saved()
}

/** What is stored, in seconds since the start: `healthy 60`. */
function timeline(toMs = wallMs): string[] {
  save()
  const stored = store.read(stack, START - HOUR, toMs + HOUR)
  return fillTimeline(stored, START, toMs).map((part) => `${part.state} ${(part.toMs - part.fromMs) / SECOND}`)
}

test('looks that follow each other make stretches', () => {
  looks(8, 'healthy')
  looks(4, 'down')
  looks(4, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 120', 'down 60', 'healthy 60'])
  expect(track.sinceMs).toBe(START + 180 * SECOND)
})

test.each([
  ['stands still', 0],
  ['goes on', HOUR],
])('an hour of sleep, during which the monotonic clock %s, is unobserved', (_name, monotonicPart) => {
  looks(5, 'healthy')
  wallMs += HOUR - 15 * SECOND
  monotonicMs += monotonicPart
  looks(4, 'down')
  look('down')
  expect(timeline()).toEqual(['healthy 60', 'unobserved 3600', 'down 60'])
})

test('the clock set forward by an hour makes that hour unobserved', () => {
  looks(5, 'healthy')
  wallMs += HOUR
  looks(4, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 60', 'unobserved 3615', 'healthy 60'])
})

test('the clock set back drops nothing: what was noted for later times makes room as they are observed again', () => {
  looks(20, 'healthy')
  save()
  wallMs -= 200 * SECOND
  looks(2, 'degraded')
  look('degraded')
  expect(timeline()).toEqual(['healthy 100', 'degraded 30'])
  expect(timeline(START + 300 * SECOND)).toEqual(['healthy 100', 'degraded 30', 'healthy 155', 'unobserved 15'])
})

test('set forward by an hour and back again, the false hour is unsaid', () => {
  looks(4, 'healthy')
  wallMs += HOUR
  looks(4, 'healthy')
  save()
  track.unsay(START + HOUR, wallMs)
  wallMs -= HOUR
  looks(4, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 45', 'unobserved 75', 'healthy 60'])
})

test('the time after the app has ended is unobserved, and the next start goes on', () => {
  looks(4, 'healthy')
  track.save()
  wallMs += 10 * 60 * SECOND
  monotonicMs = 50
  track = open()
  looks(4, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 45', 'unobserved 615', 'healthy 60'])
})

test('a small step back of the clock loses nothing', () => {
  looks(4, 'healthy')
  wallMs -= 16 * SECOND
  monotonicMs -= 15 * SECOND
  looks(5, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 119'])
})

test('set back by half an hour while the app was closed, nothing is dropped, and noting goes on', () => {
  looks(240, 'healthy')
  save()
  wallMs -= 30 * 60 * SECOND
  track = open()
  expect(track.recent.at(-1)?.toMs).toBe(wallMs)
  looks(4, 'down')
  look('down')
  expect(timeline()).toEqual(['healthy 1800', 'down 60'])
  expect(timeline(START + 3600 * SECOND)).toEqual(['healthy 1800', 'down 60', 'healthy 1725', 'unobserved 15'])
})

test('what was noted while the clock was behind is dropped when it is right again, and all before it is kept', () => {
  looks(20, 'healthy')
  save()
  wallMs -= 200 * SECOND
  looks(3, 'down')
  wallMs += 200 * SECOND
  track.discard(wallMs)
  looks(4, 'healthy')
  look('healthy')
  expect(timeline()).toEqual(['healthy 285', 'unobserved 60', 'healthy 60'])
})

test('a write that failed loses nothing, of no stack', () => {
  const other = new HealthTrack({ store, stack: store.open({ hostId: 'h', project: 'q' }).number, intervalMs: 15 }, 0)
  const samples = createSampleStore(database)
  looks(4, 'healthy')
  looks(4, 'down')
  look('healthy')
  const full = { save: () => database.exec("INSERT INTO sample VALUES (404, 0, 0, x'00')"), saved: () => {} }
  expect(() => saveTogether({ timelines: store, samples }, [track, full, other])).toThrow(/constraint/i)
  expect(store.read(stack, 0, wallMs)).toEqual([])
  saveTogether({ timelines: store, samples }, [track, other])
  expect(timeline()).toEqual(['healthy 60', 'down 60'])
})
