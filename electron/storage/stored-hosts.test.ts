import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HostRecord } from '../hosts/host-store.ts'
import { openDatabase } from './database.ts'
import { createHostStore } from './stored-hosts.ts'

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
