import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openAppLog } from './app-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

function lines(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('an error is kept with its stack and its causes, readable by the owner only', () => {
  const log = openAppLog(folder)
  log.error({ error: new Error('outer', { cause: new TypeError('inner') }), procedure: 'host.add' }, 'unexpected error')
  const [line] = lines(log.file)
  expect(line).toMatchObject({
    level: 'error',
    procedure: 'host.add',
    error: {
      name: 'Error',
      message: 'outer',
      stack: expect.stringContaining('app-log.test'),
      cause: { message: 'inner' },
    },
  })
  expect(statSync(log.file).mode & 0o777).toBe(0o600)
})

test('what hangs on an error besides its words is not written: libraries hang their settings there', () => {
  const log = openAppLog(folder)
  const error = Object.assign(new Error('refused'), { config: { privateKey: 'hunter2', password: 'hunter2' } })
  log.error({ error }, 'unexpected error')
  expect(readFileSync(log.file, 'utf8')).not.toContain('hunter2')
})

test.each([
  { password: 'hunter2' },
  { connection: { privateKey: 'hunter2' } },
  { request: { answer: { values: ['hunter2'] } } },
  { request: { headers: { cookie: 'hunter2' } } },
])('%j is redacted', (fields) => {
  const log = openAppLog(folder)
  log.info(fields, 'something happened')
  expect(readFileSync(log.file, 'utf8')).not.toContain('hunter2')
})

test('a log that has grown large is set aside at the next start, and the one before that goes', () => {
  const first = openAppLog(folder)
  first.info('first')
  truncateSync(first.file, 6 * 1024 * 1024)
  const second = openAppLog(folder)
  second.info('second')
  expect(statSync(`${second.file}.1`).size).toBe(6 * 1024 * 1024)
  expect(lines(second.file)).toMatchObject([{ msg: 'second' }])
})
