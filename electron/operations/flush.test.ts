import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { flush } from './flush.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-flush-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.skipIf(process.platform === 'win32').each([
  ['the filesystem of the path alone', 'true', ['-f /proc', '-f /a b', 'then']],
  ['all of them where sync knows no other way', '[ "$1" != -f ]', ['-f /proc', '', 'then']],
  ['nothing more where the disk fails', '[ "$2" = /proc ]', ['-f /proc', '-f /a b']],
])('waits for %s', (_what, answer, calls) => {
  const sync = join(folder, 'sync')
  writeFileSync(sync, `#!/bin/sh\necho "$*" >> ${folder}/calls\n${answer}\n`)
  chmodSync(sync, 0o755)
  const env = { PATH: `${folder}:${process.env.PATH}` }
  const script = `set -e\n${flush('"$1"')}\necho then >> ${folder}/calls`
  spawnSync('sh', ['-c', script, 'sh', '/a b'], { env })
  expect(readFileSync(`${folder}/calls`, 'utf8')).toBe(calls.map((call) => `${call}\n`).join(''))
})
