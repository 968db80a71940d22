import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildService } from './container-fixture.ts'
import { bindRunbook, describeLibrary, readRunbookLibrary } from './runbook-library.ts'

let folder: string
let folders: { builtIn: string; user: string }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbooks-'))
  folders = { builtIn: join(folder, 'built-in'), user: join(folder, 'user') }
  mkdirSync(folders.builtIn)
  mkdirSync(folders.user)
})

afterEach(() => rmSync(folder, { recursive: true }))

function runbook(id: string, name: string, ...globs: readonly string[]): string {
  return `slipway: 1\nid: ${id}\nname: ${name}\nmatch: { images: ${JSON.stringify(globs)} }\nservices: [{ name: api }]\n`
}

function model(...images: readonly string[]) {
  const services = Object.fromEntries(images.map((image, index) => [`s${index}`, buildService(`s${index}`, { image })]))
  return { name: 'acme', services, volumes: {}, networks: {}, warnings: [] }
}

test('the runbook that fits most images is bound, whatever the registry', async () => {
  writeFileSync(join(folders.builtIn, 'a.yaml'), runbook('acme', 'Acme', '**/acme/api', '**/acme/web'))
  writeFileSync(join(folders.builtIn, 'b.yaml'), runbook('other', 'Other', '**/acme/api'))
  const library = await readRunbookLibrary(folders)
  const bound = bindRunbook(library, model('localhost:5000/acme/api:1.0.0', 'ghcr.io/x/acme/web@sha256:00', 'postgres'))
  expect([bound.runbook.id, bound.source]).toEqual(['acme', 'built-in'])
})

test('a runbook that asks for services is bound only where they are, by name or alias', async () => {
  const strict = runbook('acme', 'Acme', '**/acme/api').replace('images:', 'services: [api, db], images:')
  const aliased = strict.replace('{ name: api }', '{ name: api, aliases: [s0] }, { name: db, aliases: [postgres, s1] }')
  writeFileSync(join(folders.builtIn, 'a.yaml'), aliased)
  const library = await readRunbookLibrary(folders)
  expect(bindRunbook(library, model('acme/api:1.0.0')).source).toBe('generic')
  expect(bindRunbook(library, model('acme/api:1.0.0', 'postgres')).source).toBe('built-in')
})

test('a stack that no runbook fits gets one of its own', async () => {
  const library = await readRunbookLibrary(folders)
  const bound = bindRunbook(library, model('acme/api:1.0.0'))
  expect([bound.runbook.id, bound.source]).toEqual(['generic', 'generic'])
})

test("the user's runbook replaces the built-in one of the same id", async () => {
  writeFileSync(join(folders.builtIn, 'a.yaml'), runbook('acme', 'Acme', '**/acme/api'))
  writeFileSync(join(folders.user, 'mine.yml'), runbook('acme', 'My Acme', '**/acme/api'))
  const view = describeLibrary(await readRunbookLibrary(folders))
  const file = join(folders.user, 'mine.yml')
  expect(view.runbooks).toMatchObject([{ id: 'acme', name: 'My Acme', source: 'user', file }])
  expect(view.problems).toEqual([])
})

test('a runbook that says something else has another mark, and one of the same words has not', async () => {
  const text = runbook('acme', 'Acme', '**/acme/api')
  const markOf = async (written: string) => {
    writeFileSync(join(folders.user, 'a.yaml'), written)
    return describeLibrary(await readRunbookLibrary(folders)).runbooks.map(({ sha256 }) => sha256)
  }
  const mark = await markOf(text)
  expect(mark).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await markOf(`# of the team\n${text}`)).toEqual(mark)
  expect(await markOf(`${text}description: Sells anvils.\n`)).not.toEqual(mark)
})

test('broken files are told with their places, and the others are read', async () => {
  writeFileSync(join(folders.user, 'a.yaml'), runbook('a', 'A', '**/acme/a'))
  writeFileSync(join(folders.user, 'b.yaml'), 'slipway: 1\nid: [\n')
  writeFileSync(join(folders.user, 'c.yaml'), runbook('a', 'Twin', '**/acme/c'))
  writeFileSync(join(folders.user, 'd.yaml'), Buffer.alloc(2 * 1024 * 1024, 'x'))
  writeFileSync(join(folders.user, 'notes.txt'), 'no runbook')
  mkdirSync(join(folders.user, 'folder.yaml'))
  const { runbooks, problems } = describeLibrary(await readRunbookLibrary(folders))
  expect(runbooks.map(({ name }) => name)).toEqual(['A'])
  expect(problems.map(({ file, line }) => `${file.slice(folders.user.length + 1)}:${line}`)).toEqual([
    'b.yaml:3',
    'c.yaml:2',
    'd.yaml:1',
    'folder.yaml:1',
  ])
})

test('a folder of runbooks need not exist', async () => {
  rmSync(folders.user, { recursive: true })
  const { entries, problems } = await readRunbookLibrary(folders)
  expect({ entries, problems }).toEqual({ entries: [], problems: [] })
})

test('a folder that cannot be read is a problem, and stops nothing', async () => {
  writeFileSync(join(folders.builtIn, 'a.yaml'), runbook('a', 'A', '**/acme/a'))
  const { entries, problems } = await readRunbookLibrary({ ...folders, user: join(folders.builtIn, 'a.yaml') })
  expect(entries).toHaveLength(1)
  expect(problems[0]?.message).toMatch(/^The folder cannot be read: ENOTDIR/)
})
