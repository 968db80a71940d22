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
/** What other computers say. */
let isConfirmed: boolean

/** A run of the app; what an earlier one noted reaches to `newestMs`. */
function start(newestMs: number | null = wallMs): void {
  monotonicMs = 1000
  keeper = new ClockKeeper({
    clock: { wallMs: () => wallMs, monotonicMs: () => monotonicMs },
    intervalMs: INTERVAL,
    settings: createSettingsStore(database),
    newestMs: () => newestMs,
    raise: (notice) => told.push(notice),
    isConfirmed: async () => isConfirmed,
    save: () => acts.push('save'),
    discard: () => acts.push('discard'),
    unsay: (fromMs, toMs) => acts.push(`unsay ${(fromMs - START) / SECOND} to ${(toMs - START) / SECOND}`),
  })
  keeper.look()
}

/** Looks at the usual interval for so long. */
async function run(forMs: number): Promise<void> {
  for (let spent = 0; spent < forMs; spent += INTERVAL) {
    wallMs += INTERVAL
    monotonicMs += INTERVAL
    keeper.look()
    keeper.save()
    await Promise.resolve()
  }
}

const may = () => ({ store: keeper.mayStore, forget: keeper.mayForget })

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  wallMs = START
  told = []
  acts = []
  isConfirmed = false
  start(null)
})
afterEach(() => database.close())

test('a clock that goes on is believed, over a night of sleep and a night without the app too', async () => {
  await run(HOUR)
  wallMs += 10 * HOUR
  await run(HOUR)
  wallMs += 10 * HOUR
  start()
  await run(MINUTE)
  expect([may(), told, acts]).toEqual([{ store: true, forget: true }, [], []])
})

test('started before the computer knew the time, nothing is written, and the next look with the right time goes on', async () => {
  await run(HOUR)
  wallMs -= 400 * DAY
  start()
  await run(30 * SECOND)
  expect(may()).toEqual({ store: false, forget: false })
  wallMs += 400 * DAY
  await run(INTERVAL)
  expect(may()).toEqual({ store: true, forget: true })
  expect(acts).toEqual(['save', 'discard'])
  expect(told).toEqual([])
})

test('a clock that stays behind is told once, and is believed once it has been steady', async () => {
  await run(HOUR)
  wallMs -= 2 * DAY
  await run(9 * MINUTE)
  expect(may()).toEqual({ store: false, forget: false })
  await run(2 * MINUTE)
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
])(
  '%s ahead, nothing is dropped for its age before the clock was steady for a day',
  async (_name, aheadMs, tellings) => {
    await run(HOUR)
    wallMs += aheadMs
    await run(12 * HOUR)
    expect(may()).toEqual({ store: true, forget: false })
    // A new start does not forget the doubt, though what was noted last lies close by now.
    start()
    await run(11 * HOUR)
    expect(may()).toEqual({ store: true, forget: false })
    await run(2 * HOUR)
    expect(may()).toEqual({ store: true, forget: true })
    expect(told).toHaveLength(tellings)
  },
)

test('set forward and back again, what was noted in between is unsaid, and nothing else', async () => {
  await run(MINUTE)
  wallMs += HOUR
  await run(MINUTE)
  wallMs -= HOUR
  await run(MINUTE)
  expect(acts).toEqual(['save', 'unsay 3675 to 3720'])
  expect([may(), told]).toEqual([{ store: true, forget: true }, []])
})

test('set back after a night of sleep, what was noted since then is kept', async () => {
  await run(MINUTE)
  wallMs += 8 * HOUR
  await run(MINUTE)
  wallMs -= 9000 * DAY
  await run(MINUTE)
  expect(acts).toEqual(['save'])
})

test('put right by some seconds, nothing is in doubt', async () => {
  await run(MINUTE)
  wallMs -= 20 * SECOND
  await run(MINUTE)
  expect([may(), acts]).toEqual([{ store: true, forget: true }, []])
})

test('whoever opens the app now and then is in doubt no longer than a day of looks, and is told nothing', async () => {
  await run(HOUR)
  for (let day = 0; day < 12; day++) {
    expect([day, keeper.mayForget]).toEqual([day, day === 0])
    wallMs += 2 * DAY
    start()
    await run(2 * HOUR)
  }
  expect([may(), told]).toEqual([{ store: true, forget: true }, []])
})

test('the same where the computer sleeps and the app stays open', async () => {
  await run(HOUR)
  for (let day = 0; day < 13; day++) {
    wallMs += 2 * DAY
    await run(2 * HOUR)
  }
  expect([may(), told]).toEqual([{ store: true, forget: true }, []])
})

test('a jump at the end of a doubt is not believed at once, and is told by its own size', async () => {
  await run(HOUR)
  wallMs += 3 * DAY
  await run(DAY - MINUTE)
  wallMs += 20 * DAY
  await run(5 * MINUTE)
  expect(may()).toEqual({ store: true, forget: false })
  await run(10 * MINUTE)
  expect(may()).toEqual({ store: true, forget: true })
  expect(told.map(({ title }) => title)).toEqual([
    "This computer's clock is about 20 days further than when health was noted last",
  ])
})

test('after a step back while it is ahead, it has to be steady for a whole day again', async () => {
  await run(HOUR)
  wallMs += 10 * DAY
  await run(20 * HOUR)
  wallMs -= 5 * DAY
  await run(20 * HOUR)
  expect(may()).toEqual({ store: true, forget: false })
  await run(5 * HOUR)
  expect(may()).toEqual({ store: true, forget: true })
})

test('one that other computers confirm is believed, and nothing is told of a long absence', async () => {
  await run(HOUR)
  isConfirmed = true
  wallMs += 30 * DAY
  start()
  await run(2 * MINUTE)
  expect([may(), told]).toEqual([{ store: true, forget: true }, []])
})

test('one that could be confirmed only later is believed then', async () => {
  await run(HOUR)
  wallMs += 30 * DAY
  start()
  await run(5 * MINUTE)
  expect([may(), told.length]).toEqual([{ store: true, forget: false }, 1])
  isConfirmed = true
  await run(10 * MINUTE)
  expect([may(), told.length]).toEqual([{ store: true, forget: true }, 1])
})
