import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HostRecord } from '../hosts/host-store.ts'
import { openDatabase } from './database.ts'
import { createHostStore } from './stored-hosts.ts'
import { createIncidentStore } from './stored-incidents.ts'
import { createNoticeStore } from './stored-notices.ts'
import { createSampleStore } from './stored-samples.ts'
import { createTimelineStore } from './stored-timelines.ts'

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'))
  const { database } = openDatabase(join(folder, 'app.db'))
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  return { database, store: createHostStore(database) }
}

const host = (id: string, label = id): HostRecord => ({ id, label, target: { kind: 'local' }, usesSudo: false })

test('hosts come back in the order in which they were added, also after a change', () => {
  const { store } = setup()
  for (const id of ['c', 'a', 'b']) store.save(host(id))
  store.save(host('a', 'renamed'))
  expect(store.list()).toEqual([host('c'), host('a', 'renamed'), host('b')])
})

test('a removed host is gone, and removing it again is no error', () => {
  const { store } = setup()
  store.save(host('a'))
  store.remove('a')
  store.remove('a')
  expect(store.list()).toEqual([])
})

test('with a host goes all that was noted of its stacks, and nothing of another', () => {
  const { database, store } = setup()
  const [timelines, samples] = [createTimelineStore(database), createSampleStore(database)]
  const [incidents, notices] = [createIncidentStore(database), createNoticeStore(database)]
  const at = '2026-05-01T10:00:00Z'
  for (const hostId of ['a', 'b']) {
    const ref = { hostId, project: 'shop' }
    const { number } = timelines.open(ref)
    const key = { id: 'cpu', title: 'CPU', unit: 'percent', label: 'web' } as const
    samples.add(number, 'raw', { atMs: 1, values: new Map([[samples.numberOf(number, key), 2]]) })
    timelines.save(number, [{ fromMs: 1, toMs: 2, state: 'down' }])
    timelines.mark(number, { kind: 'restart', id: 'r', title: 'web', fromMs: 1, toMs: null })
    const seen = { state: 'down', worst: 'down', service: null, reason: '' } as const
    incidents.save({ ...seen, evidence: [], logs: [], id: hostId, ref, begin: at, end: null })
    notices.add({ id: hostId, at, kind: 'down', ref, title: '', body: '', incidentId: null })
  }
  store.remove('a')
  const tables = ['monitored_stack', 'health_stretch', 'health_mark', 'sample_series', 'sample', 'incident', 'notice']
  const counts = tables.map((table) => database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count)
  expect(counts).toEqual(tables.map(() => 1))
  expect([timelines.list()[0]?.ref.hostId, incidents.get('a'), notices.list(null, 9)[0]?.id]).toEqual(['b', null, 'b'])
})

test('a host with all that SSH needs comes back whole', () => {
  const { store } = setup()
  const auth = { agent: 'none', keyFiles: ['~/.ssh/id'], password: false }
  const record: HostRecord = {
    id: 'a',
    label: 'production',
    usesSudo: true,
    target: {
      kind: 'ssh',
      alias: 'prod',
      hostname: 'vm',
      port: 2222,
      user: 'deploy',
      auth,
      jumps: [{ hostname: 'jump', port: 22, user: 'me', auth }],
      compression: true,
    },
  }
  store.save(record)
  expect(store.list()).toEqual([record])
})

test.each(['{"id":"x"}', 'not json', '{"id":"x","label":"x","target":{"kind":"telepathy"}}'])(
  'a row that this version cannot read (%s) is left out, and left alone',
  (value) => {
    const { database, store } = setup()
    store.save(host('a'))
    database.prepare('INSERT INTO host VALUES (?, 2, ?)').run('x', value)
    expect(store.list()).toEqual([host('a')])
    expect(database.prepare('SELECT value FROM host WHERE id = ?').get('x')).toEqual({ value })
  },
)
