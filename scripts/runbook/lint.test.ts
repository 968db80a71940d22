import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { malformedRunbooks } from '../../electron/stacks/malformed/malformed-runbooks.ts'
import { runLint } from './run-lint.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const lint = (...files: readonly string[]) => runLint(folder, files)

test('two hundred malformed runbooks each get a line and a column, in one process that neither ends nor grows', async () => {
  const malformed = malformedRunbooks(7)
  const files = malformed.map(({ content }, index) => {
    const name = `${index}.yaml`
    writeFileSync(join(folder, name), content)
    return name
  })
  const { code, output } = await lint(...files)
  expect(code).toBe(1)
  expect(output).not.toContain('is a valid runbook')
  const told = new Set(output.split('\n').flatMap((line) => /^(\d+\.yaml):[1-9]\d*:[1-9]\d*: ./.exec(line)?.[1] ?? []))
  expect(files.filter((file) => !told.has(file))).toEqual([])
}, 120_000)

test('a file may extend one that comes with the app, or one beside it', async () => {
  writeFileSync(
    join(folder, 'base.yaml'),
    'slipway: 1\nid: base\nname: B\nmatch: { images: [a/b] }\nservices: [{ name: b }]\n',
  )
  writeFileSync(join(folder, 'mine.yaml'), 'extends: base\nid: mine\nname: Mine\n')
  writeFileSync(join(folder, 'wrong.yaml'), 'extends: base\nid: wrong\ngate: { settleSeconds: soon }\n')
  expect(await lint('mine.yaml')).toEqual({ code: 0, output: 'mine.yaml: Mine (mine) is a valid runbook\n' })
  expect(await lint('wrong.yaml')).toEqual({
    code: 1,
    output: 'wrong.yaml:3:24: gate.settleSeconds: This is of the wrong type. (expected a number)\n',
  })
})

test('what is no file is told as well', async () => {
  const { code, output } = await lint('nowhere.yaml')
  expect(code).toBe(1)
  expect(output).toMatch(/^nowhere\.yaml:1:1: The file cannot be read/)
})
