import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../storage/database.ts'
import { createFolderChoice } from '../storage/runbook-folder.ts'
import { createSettingsStore } from '../storage/settings.ts'
import { RunbookReader } from './runbook-reader.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbooks-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function openReader() {
  const { database } = openDatabase(join(folder, 'app.db'))
  const choice = createFolderChoice(createSettingsStore(database))
  const reader = new RunbookReader({ builtIn: join(folder, 'none'), user: join(folder, 'default'), choice })
  return { reader, close: () => database.close() }
}

test('the folder that somebody chose is read, and still after a new start', async () => {
  const shared = join(folder, 'shared')
  mkdirSync(shared)
  writeFileSync(
    join(shared, 'a.yaml'),
    'slipway: 1\nid: a\nname: A\nmatch: { images: [acme/a] }\nservices: [{ name: a }]\n',
  )
  const first = openReader()
  expect((await first.reader.read()).entries).toEqual([])
  await first.reader.setFolder(`${shared}/`)
  expect((await first.reader.read()).entries.map(({ runbook }) => runbook.id)).toEqual(['a'])
  first.close()

  const second = openReader()
  expect([second.reader.userFolder, second.reader.defaultFolder]).toEqual([shared, join(folder, 'default')])
  await second.reader.setFolder(null)
  expect(second.reader.userFolder).toBe(join(folder, 'default'))
  second.close()
})

test.each(['runbooks', './runbooks', '', '/nonexistent/runbooks'])('“%s” is refused', async (wanted) => {
  const { reader, close } = openReader()
  await expect(reader.setFolder(wanted)).rejects.toMatchObject({ code: 'input.invalid' })
  expect(reader.userFolder).toBe(join(folder, 'default'))
  close()
})

test('a chosen folder that goes away is a problem; the default one need not exist', async () => {
  const gone = join(folder, 'gone')
  mkdirSync(gone)
  const { reader, close } = openReader()
  await reader.setFolder(gone)
  rmSync(gone, { recursive: true })
  reader.refresh()
  expect((await reader.read()).problems[0]).toMatchObject({ file: gone, line: 1, column: 1 })
  await reader.setFolder(null)
  expect((await reader.read()).problems).toEqual([])
  close()
})

const DRAFT = 'slipway: 1\nid: a\nname: A\nmatch: { images: [acme/a] }\nservices: [{ name: a }]\n'

test('a saved runbook is read at once, and its name is taken from then on', async () => {
  const { reader, close } = openReader()
  expect(await reader.findFreeName('a')).toBe('a')
  expect(await reader.save('a.yaml', DRAFT)).toBe(join(folder, 'default', 'a.yaml'))
  expect((await reader.read()).entries.map(({ runbook }) => runbook.id)).toEqual(['a'])
  expect(await reader.findFreeName('a')).toBe('a-2')
  close()
})

test('a file that is there is never overwritten', async () => {
  const { reader, close } = openReader()
  await reader.save('a.yaml', DRAFT)
  writeFileSync(join(folder, 'default', 'a.yaml'), '# mine')
  await expect(reader.save('a.yaml', DRAFT)).rejects.toMatchObject({ code: 'input.invalid' })
  expect(readFileSync(join(folder, 'default', 'a.yaml'), 'utf8')).toBe('# mine')
  close()
})

test('what is no runbook is not saved, and told with its place', async () => {
  const { reader, close } = openReader()
  await expect(reader.save('a.yaml', `${DRAFT}oops: 1\n`)).rejects.toMatchObject({
    code: 'runbook.invalid',
    message: expect.stringContaining('line 6, column 1'),
  })
  expect(existsSync(join(folder, 'default'))).toBe(false)
  close()
})
