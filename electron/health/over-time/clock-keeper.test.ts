import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RaisedNotice } from '../../notices/notices.ts'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createSettingsStore } from '../../storage/settings.ts'
import { ClockKeeper } from './clock-keeper.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.parse('2026-05-01T10:00:00Z')
const INTERVAL = 15 * SECOND

let database: DatabaseSync
let wallMs: number
let monotonicMs: number
let keeper: ClockKeeper
let told: RaisedNotice[]
let acts: string[]

/** A run of the app; what an earlier one noted reaches to `newestMs`. */
function start(newestMs: number | null = wallMs): void {
  monotonicMs = 1000
  keeper = new ClockKeeper({
    clock: { wallMs: () => wallMs, monotonicMs: () => monotonicMs },
    intervalMs: INTERVAL,
    settings: createSettingsStore(database),
    newestMs: () => newestMs,
    raise: (notice) => told.push(notice),
    save: () => acts.push('save'),
    discard: () => acts.push('discard'),
    unsay: (fromMs, toMs) => acts.push(`unsay ${(fromMs - START) / SECOND} to ${(toMs - START) / SECOND}`),
  })
  keeper.look()
}

/** Looks at the usual interval for so long. */
function run(forMs: number): void {
  for (let spent = 0; spent < forMs; spent += INTERVAL) {
    wallMs += INTERVAL
    monotonicMs += INTERVAL
    keeper.look()
    keeper.save()
  }
}

const may = () => ({ store: keeper.mayStore, forget: keeper.mayForget })

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  wallMs = START
  told = []
  acts = []
  start(null)
})
afterEach(() => database.close())

test('a clock that goes on is believed, over a night of sleep and a night without the app too', () => {
  run(HOUR)
  wallMs += 10 * HOUR
  run(HOUR)
  wallMs += 10 * HOUR
  start()
  run(MINUTE)
  expect([may(), told, acts]).toEqual([{ store: true, forget: true }, [], []])
})

test('started before the computer knew the time, nothing is written, and the next look with the right time goes on', () => {
  run(HOUR)
  wallMs -= 400 * DAY
  start()
  run(30 * SECOND)
  expect(may()).toEqual({ store: false, forget: false })
  wallMs += 400 * DAY
  run(INTERVAL)
  expect(may()).toEqual({ store: true, forget: true })
  expect(acts).toEqual(['save', 'discard'])
  expect(told).toEqual([])
})

test('a clock that stays behind is told once, and is believed once it has been steady', () => {
  run(HOUR)
  wallMs -= 2 * DAY
  run(9 * MINUTE)
  expect(may()).toEqual({ store: false, forget: false })
  run(2 * MINUTE)
  expect(may()).toEqual({ store: true, forget: true })
  expect(acts).toEqual(['save'])
  expect(told.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
    "clock: This computer's clock went back by about 2 days",
  ])
})

test.each([
  ['eight days', 8 * DAY, 1],
  ['a year', 365 * DAY, 1],
  ['a weekend, which nobody needs to be told of', 3 * DAY, 0],
])('%s ahead, nothing is dropped for its age before the clock was steady for a day', (_name, aheadMs, tellings) => {
  run(HOUR)
  wallMs += aheadMs
  run(12 * HOUR)
  expect(may()).toEqual({ store: true, forget: false })
  // A new start does not forget the doubt, though what was noted last lies close by now.
  start()
  run(11 * HOUR)
  expect(may()).toEqual({ store: true, forget: false })
  run(2 * HOUR)
  expect(may()).toEqual({ store: true, forget: true })
  expect(told).toHaveLength(tellings)
})

test('set forward and back again, what was noted in between is unsaid, and nothing else', () => {
  run(MINUTE)
  wallMs += HOUR
  run(MINUTE)
  wallMs -= HOUR
  run(MINUTE)
  expect(acts).toEqual(['save', 'unsay 3675 to 3720'])
  expect([may(), told]).toEqual([{ store: true, forget: true }, []])
})

test('set back after a night of sleep, what was noted since then is kept', () => {
  run(MINUTE)
  wallMs += 8 * HOUR
  run(MINUTE)
  wallMs -= 9000 * DAY
  run(MINUTE)
  expect(acts).toEqual(['save'])
})

test('put right by some seconds, nothing is in doubt', () => {
  run(MINUTE)
  wallMs -= 20 * SECOND
  run(MINUTE)
  expect([may(), acts]).toEqual([{ store: true, forget: true }, []])
})
