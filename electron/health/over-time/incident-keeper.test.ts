import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Health } from '../../../shared/contract/stacks.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createIncidentStore, type IncidentStore } from '../../storage/stored-incidents.ts'
import { DAMPER_LIMITS } from './incident-damper.ts'
import { IncidentKeeper } from './incident-keeper.ts'

const ref = { hostId: 'h', project: 'shop' }
const START = Date.parse('2026-05-01T10:00:00Z')
let database: DatabaseSync
let store: IncidentStore
let seconds: number
let told: RaisedNotice[]
let keeper: IncidentKeeper
/** What is known at present of what fails. */
let reason: string
let isDiskFull: boolean
let bugs: unknown[]

function open(): IncidentKeeper {
  return new IncidentKeeper({
    ref,
    store: {
      ...store,
      save: (incident) => {
        if (isDiskFull) throw new Error('The disk is full.')
        store.save(incident)
      },
    },
    limits: DAMPER_LIMITS,
    name: () => 'shop',
    describe: () => ({ service: 'web', reason, evidence: [{ title: 'web', text: reason }] }),
    readLogs: async () => [{ service: 'web', text: `log of ${reason}` }],
    raise: (notice) => told.push(notice),
    reportBug: (bug) => bugs.push(bug),
  })
}

/** Looks at 15 s each. */
function look(...states: readonly Health[]): void {
  for (const state of states) {
    keeper.look({ wallMs: START + seconds * 1000, monotonicMs: seconds * 1000 }, state)
    seconds += 15
  }
}

const at = (second: number) => new Date(START + second * 1000).toISOString()

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  store = createIncidentStore(database)
  seconds = 0
  ;[told, bugs, isDiskFull] = [[], [], false]
  reason = 'It ended.'
  keeper = open()
})
afterEach(() => database.close())

test('an incident begins when it was first seen, and ends when health was first seen again', async () => {
  look('healthy', 'down', 'down', 'down')
  await expect.poll(() => store.list(ref)[0]?.logs).toEqual([{ service: 'web', text: 'log of It ended.' }])
  expect(keeper.openIncident).toBe(store.list(ref)[0]?.id)
  look('healthy', 'healthy', 'healthy')
  expect(keeper.openIncident).toBeNull()
  const [incident] = store.list(ref)
  expect(incident).toMatchObject({ begin: at(15), end: at(60), worst: 'down', state: 'healthy', service: 'web' })
  expect(told.map(({ kind, title, incidentId }) => [kind, title, incidentId])).toEqual([
    ['down', 'shop is down', incident?.id],
    ['recovered', 'shop has recovered', incident?.id],
  ])
})

test('one that gets worse is told again, and keeps the evidence of both', () => {
  reason = 'It is slow.'
  look('degraded', 'degraded')
  reason = 'It ended.'
  look('down', 'down')
  expect(store.list(ref)).toHaveLength(1)
  expect(store.list(ref)[0]).toMatchObject({
    worst: 'down',
    reason: 'It ended.',
    evidence: [
      { title: 'web', text: 'It is slow.' },
      { title: 'web', text: 'It ended.' },
    ],
  })
  expect(told.map(({ kind }) => kind)).toEqual(['degraded', 'down'])
})

test('one that is open when the app ends goes on at the next start, and is not told twice', () => {
  look('down', 'down')
  const [before] = store.list(ref)
  keeper = open()
  look('down', 'down', 'healthy', 'healthy', 'healthy')
  expect(store.list(ref)).toHaveLength(1)
  expect(store.list(ref)[0]).toMatchObject({ id: before?.id, end: at(60) })
  expect(told.map(({ kind }) => kind)).toEqual(['down', 'recovered'])
})

test('an end is never before its begin, whatever the clock says', () => {
  look('down', 'down')
  for (const second of [600, 615, 630]) {
    keeper.look({ wallMs: START - 3_600_000, monotonicMs: second * 1000 }, 'healthy')
  }
  const [incident] = store.list(ref)
  expect(incident?.end).toBe(incident?.begin)
})

test('one that cannot be written is told when it begins and when it ends, and is written when it can be', async () => {
  isDiskFull = true
  look('healthy', 'down', 'down')
  expect(told.map(({ kind }) => kind)).toEqual(['down'])
  look('healthy', 'healthy', 'healthy')
  expect(told.map(({ kind }) => kind)).toEqual(['down', 'recovered'])
  expect(store.list(ref)).toEqual([])
  expect(bugs.length).toBeGreaterThan(0)
  isDiskFull = false
  look('healthy')
  expect(store.list(ref)).toMatchObject([{ id: told[0]?.incidentId, begin: at(15), end: at(45), worst: 'down' }])
})

test('one that comes back within minutes is the same one', () => {
  look('down', 'down', 'healthy', 'healthy', 'healthy', 'down', 'down')
  expect(store.list(ref)).toHaveLength(1)
  expect(store.list(ref)[0]).toMatchObject({ end: null, begin: at(0) })
  expect(told.map(({ title }) => title)).toEqual(['shop is down', 'shop has recovered', 'shop is down again'])
})

test('of two that were left open by two apps with one data folder, the newer goes on and the older ends with its begin', () => {
  look('down', 'down')
  const [older] = store.list(ref)
  if (older === undefined) throw new Error('There is no incident.')
  store.save({ ...older, id: 'newer', begin: at(40) })
  keeper = open()
  expect(keeper.openIncident).toBe('newer')
  expect(store.get(older.id)?.end).toBe(at(40))
})

test('in a summary of many the evidence and the logs are left out, and nothing else', async () => {
  look('down', 'down')
  await expect.poll(() => store.list(ref)[0]?.logs).toHaveLength(1)
  expect(store.summaries(ref)).toEqual(store.list(ref).map((one) => ({ ...one, evidence: [], logs: [] })))
})
