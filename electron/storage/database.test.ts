import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from './database.ts'
import { MIGRATIONS } from './migrations.ts'
import { createSettingsStore } from './settings.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storage-'))
  file = join(folder, 'data', 'app.db')
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

function withSetting(): void {
  const { database } = openDatabase(file)
  createSettingsStore(database).set('kept', 'value')
  database.close()
}

test('a new file is at the newest schema, keeps a write-ahead log, and is its owner’s only', () => {
  const { database, notice } = openDatabase(file)
  createSettingsStore(database).set('key', 1)
  expect(notice).toBeNull()
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length })
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  for (const name of readdirSync(join(folder, 'data'))) {
    expect([name, statSync(join(folder, 'data', name)).mode & 0o777]).toEqual([name, 0o600])
  }
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  database.close()
})

test('what was written is there after opening again', () => {
  withSetting()
  const { database } = openDatabase(file)
  expect(createSettingsStore(database).get('kept', z.string())).toBe('value')
  database.close()
})

test('a setting that no longer fits its schema is as good as never set', () => {
  const { database } = openDatabase(file)
  const settings = createSettingsStore(database)
  settings.set('kept', 'value')
  expect(settings.get('kept', z.number())).toBeNull()
  expect(settings.get('missing', z.string())).toBeNull()
  database.close()
})

test.each([
  ['not a database', () => writeFileSync(file, 'garbage '.repeat(1000))],
  ['cut short', () => truncateSync(file, 5000)],
  ['overwritten in the middle', () => overwrite(4096 + 100, 8000)],
])('a file that is %s is moved aside, said so, and the app starts', (_name, damage) => {
  withSetting()
  damage()
  const damaged = readFileSync(file)
  const { database, notice } = openDatabase(file)
  expect(createSettingsStore(database).get('kept', z.string())).toBeNull()
  database.close()
  const aside = readdirSync(join(folder, 'data')).find((name) => /^app\.db\.damaged-[\dT.Z-]+$/.test(name)) ?? ''
  expect(notice).toContain(join(folder, 'data', aside))
  expect(readFileSync(join(folder, 'data', aside)).equals(damaged)).toBe(true)
})

function overwrite(from: number, bytes: number): void {
  const content = readFileSync(file)
  content.fill(0xee, from, Math.min(from + bytes, content.length))
  writeFileSync(file, content)
}

test('a file of a newer version is refused and left as it is', () => {
  withSetting()
  const raw = new DatabaseSync(file)
  raw.exec('PRAGMA user_version = 999')
  raw.close()
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'storage.failed' }))
  expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('damaged'))).toEqual([])
})

test('a folder that cannot be made is storage.failed with a hint', () => {
  writeFileSync(join(folder, 'data'), 'a file where the folder should be')
  expect(() => openDatabase(file)).toThrow(
    expect.objectContaining({ code: 'storage.failed', hint: expect.any(String) }),
  )
})

test('opening a file of the present version changes nothing in its schema', () => {
  withSetting()
  const applied = new DatabaseSync(file).prepare('SELECT name FROM sqlite_schema ORDER BY name').all()
  const { database } = openDatabase(file)
  expect(database.prepare('SELECT name FROM sqlite_schema ORDER BY name').all()).toEqual(applied)
  database.close()
})
