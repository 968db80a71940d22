import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readStaticFile } from './static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'static-'))
const root = join(folder, 'page')
mkdirSync(join(root, 'assets'), { recursive: true })
writeFileSync(join(root, 'index.html'), '<p>page</p>')
writeFileSync(join(root, 'assets', 'main-1a2b.js'), 'run()')
writeFileSync(join(root, 'notes.txt'), 'no type is known for this')
writeFileSync(join(folder, 'secret.json'), '{"never":"served"}')
mkdirSync(join(folder, 'page-beside'))
writeFileSync(join(folder, 'page-beside', 'secret.js'), 'never served')
afterAll(() => rmSync(folder, { recursive: true }))

test.each(['/', '/hosts', '/hosts/a/stacks/b', '/hosts/..'])('%s is a screen: the page', async (path) => {
  const file = await readStaticFile(root, path)
  expect(file?.body.toString()).toBe('<p>page</p>')
  expect(file?.cacheControl).toBe('no-store')
})

test('hashed assets may be kept for ever', async () => {
  const file = await readStaticFile(root, '/assets/main-1a2b.js')
  expect(file).toMatchObject({ contentType: 'text/javascript; charset=utf-8' })
  expect(file?.cacheControl).toContain('immutable')
})

test.each([
  '/missing.js',
  '/notes.txt',
  '/../secret.json',
  '/assets/../../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/../page-beside/secret.js',
  '/%00.js',
  '/%zz.js',
])('%s gets nothing', async (path) => {
  expect(await readStaticFile(root, path)).toBeNull()
})
