import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Notice } from '../../shared/contract/monitor.ts'
import { MIGRATIONS } from '../storage/migrations.ts'
import { createSettingsStore } from '../storage/settings.ts'
import { createNoticeStore } from '../storage/stored-notices.ts'
import { Notices, type RaisedNotice } from './notices.ts'

const ref = { hostId: 'h1', project: 'shop' }
const down: RaisedNotice = { kind: 'down', ref, title: 'shop is down', body: 'web: It has ended.', incidentId: 'i1' }
let database: DatabaseSync
let notices: Notices

let bugs: unknown[]

const open = () => new Notices(createNoticeStore(database), createSettingsStore(database), (bug) => bugs.push(bug))

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  for (const step of MIGRATIONS) database.exec(step)
  bugs = []
  notices = open()
})
afterEach(() => database.isOpen && database.close())

test('a raised notice reaches those who watch and is there after a new start', async () => {
  const end = new AbortController()
  const told: Notice[] = []
  const reading = (async () => {
    for await (const notice of notices.watch(end.signal)) {
      told.push(notice)
      if (told.length === 2) end.abort()
    }
  })()
  const first = notices.raise(down)
  const second = notices.raise({ ...down, kind: 'recovered' })
  await reading
  expect(told).toEqual([first, second])
  expect(open().list(ref, 10)).toEqual([second, first])
  expect(open().list({ ...ref, project: 'other' }, 10)).toEqual([])
})

test('a kind that is switched off is kept and told to nobody', () => {
  const { told } = notices.settings
  notices.setSettings({ ...notices.settings, told: { ...told, down: false } })
  const heard: string[] = []
  const stop = notices.subscribe(({ kind }) => heard.push(kind))
  notices.raise(down)
  notices.raise({ ...down, kind: 'degraded' })
  stop()
  notices.raise({ ...down, kind: 'recovered' })
  expect(heard).toEqual(['degraded'])
  expect(notices.list(null, 10).map(({ kind }) => kind)).toEqual(['recovered', 'degraded', 'down'])
})

test('the oldest notices of a stack make room', () => {
  for (let number = 0; number < 510; number++) notices.raise({ ...down, body: String(number) })
  const kept = notices.list(ref, 1000).map(({ body }) => Number(body))
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, 509, 10])
})

test('one that cannot be kept is told to everybody all the same', () => {
  const heard: string[] = []
  notices.subscribe(() => {
    throw new Error('A window that is gone.')
  })
  notices.subscribe(({ title }) => heard.push(title))
  database.close()
  notices.raise(down)
  expect(heard).toEqual(['shop is down'])
  // That it was not kept, that the settings cannot be read, and the listener.
  expect(bugs).toHaveLength(3)
})
