import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../shared/errors.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['electron', 'shared', 'renderer', 'e2e']
const LIST = join(ROOT, 'shared', 'errors.ts')
const TEST = /\.(test|spec|conformance)\.tsx?$/

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(ROOT, folder, name))
}

const files = FOLDERS.flatMap(filesBelow).filter((path) => path !== LIST && path !== import.meta.filename)
const textOf = (paths: readonly string[]) => paths.map((path) => readFileSync(path, 'utf8')).join('\n')
// The page only shows errors: its tests provoke none.
const tests = textOf(files.filter((path) => TEST.test(path) && !path.startsWith(join(ROOT, 'renderer'))))
const sources = textOf(files.filter((path) => !TEST.test(path)))

test.each(ERROR_CODES)('the error %s is thrown somewhere, and a test names it', (code) => {
  expect({ code, isThrown: sources.includes(`'${code}'`), isNamed: tests.includes(`'${code}'`) }).toEqual({
    code,
    isThrown: true,
    isNamed: true,
  })
})
