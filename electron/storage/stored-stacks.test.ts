import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from './database.ts'
import { createHostStore } from './stored-hosts.ts'
import { createStackStore } from './stored-stacks.ts'

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'))
  const { database } = openDatabase(join(folder, 'app.db'))
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  return { hosts: createHostStore(database), stacks: createStackStore(database) }
}

test('directories are kept for each host, once, by name', () => {
  const { stacks } = setup()
  for (const directory of ['/srv/b', '/srv/a', '/srv/b']) stacks.add('h1', directory)
  stacks.add('h2', '/srv/c')
  expect(stacks.list('h1')).toEqual(['/srv/a', '/srv/b'])
  expect(stacks.list('h2')).toEqual(['/srv/c'])
  stacks.remove('h1', '/srv/a')
  stacks.remove('h1', '/srv/missing')
  expect(stacks.list('h1')).toEqual(['/srv/b'])
})

test('removing a host forgets its directories and nobody else’s', () => {
  const { hosts, stacks } = setup()
  stacks.add('h1', '/srv/a')
  stacks.add('h2', '/srv/a')
  hosts.remove('h1')
  expect(stacks.list('h1')).toEqual([])
  expect(stacks.list('h2')).toEqual(['/srv/a'])
})
