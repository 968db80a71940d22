import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadRunbook } from '../../electron/stacks/runbook-loader.ts'
import { readRunbookPage } from './docs.ts'
import { runLint } from './run-lint.ts'

const { fences, stages } = readRunbookPage()

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('the runbook that the page builds is valid after each of its pieces', () => {
  expect(stages.length).toBeGreaterThan(4)
  for (const stage of stages) expect(loadRunbook(stage, 'ledger.yaml').problems).toEqual([])
})

test('it has thirty lines or fewer, and uses all that the page has shown', () => {
  const whole = stages.at(-1) ?? ''
  expect(whole.trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  const { runbook } = loadRunbook(whole, 'ledger.yaml')
  expect(runbook).toMatchObject({
    probes: [{}, {}],
    backup: { datasets: [{}, {}] },
    migrations: { schemaVersions: [{}] },
    versions: { reported: {} },
    smokeTest: { steps: [{}, {}], cleanup: [{}] },
    secrets: [{}],
    logs: { web: {} },
  })
})

test('every other file of the page is valid as well, or gets the problems that the page shows', async () => {
  const others = fences.filter(({ language, title }) => language === 'yaml' && title !== 'ledger.yaml')
  expect(others.every(({ title }) => title !== null)).toBe(true)
  writeFileSync(join(folder, 'ledger.yaml'), stages.at(-1) ?? '')
  for (const { title, text } of others) writeFileSync(join(folder, title ?? ''), text)
  for (const { title } of others.filter((one) => one.title !== 'broken.yaml')) {
    expect(await runLint(folder, [title ?? ''])).toMatchObject({ code: 0 })
  }
  const said = fences.filter(({ text }) => text.startsWith('$ npm run runbook -- lint '))
  expect(said).toHaveLength(2)
  for (const { text } of said) {
    const [, file = '', output] = /^\$ npm run runbook -- lint (\S+)\n([\s\S]*)$/.exec(text) ?? []
    expect((await runLint(folder, [file])).output).toBe(output)
  }
})
