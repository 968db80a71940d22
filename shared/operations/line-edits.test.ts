import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeLineEdits } from './line-edits.ts'

const folder = mkdtempSync(join(tmpdir(), 'line-edits-'))
const path = join(folder, 'compose.yml')
afterAll(() => rmSync(folder, { recursive: true }))

describe('describeLineEdits', () => {
  it('names the line, the old word and the new one', () => {
    const before = 'services:\n  web:\n    image: "localhost:5000/shop/web:1.0.0" # pin\n'
    expect(describeLineEdits('/srv/compose.yml', before, before.replace('1.0.0', '1.10.0'))).toEqual([
      [
        'sed',
        '-i',
        '--follow-symlinks',
        '3s|localhost:5000/shop/web:1\\.0\\.0|localhost:5000/shop/web:1.10.0|',
        '/srv/compose.yml',
      ],
    ])
  })

  it.for([
    ['a tag', 'a: x/y:1.0.0\nb: x/z:1.0.0\n', 'a: x/y:1.0.1\nb: x/z:1.0.1\n'],
    ['a variable', 'A=1\nVERSION=1.0.0\r\nB=2\n', 'A=1\nVERSION=2.0.0-rc.1\r\nB=2\n'],
    ['a longer word', 'V=1.0.0\n', 'V=1.0.0-alpine\n'],
    ['a shorter word', 'V=1.0.0-alpine\n', 'V=1.0.0\n'],
    ['an empty value', 'V=\n', 'V=1.0.0\n'],
    ['a digest', 'image: a@sha256:00\n', 'image: a:1.0.0\n'],
    ['no line end', 'V=1.0.0', 'V=1.0.1'],
    ['odd characters', 'V=a|b&c.d*[e]^$\\1\n', 'V=x|y&z\\0\n'],
    ['a line more', 'A=1\n', 'A=1\nVERSION=1.0.0\n'],
    ['nothing', 'A=1\n', 'A=1\n'],
  ] as const)('does the same by hand: %s', ([, before, after]) => {
    writeFileSync(path, before)
    for (const [command = '', ...argv] of describeLineEdits(path, before, after) ?? []) execFileSync(command, argv)
    expect(readFileSync(path, 'utf8')).toBe(after)
  })

  it('edits what a link leads to, and leaves the link', () => {
    const [before, after, link] = ['V=1.0.0\n', 'V=1.0.1\n', join(folder, 'link')]
    writeFileSync(path, before)
    symlinkSync('compose.yml', link)
    for (const [command = '', ...argv] of describeLineEdits(link, before, after) ?? []) execFileSync(command, argv)
    expect([lstatSync(link).isSymbolicLink(), readFileSync(path, 'utf8')]).toEqual([true, after])
  })

  it('gives up on what is no edit of single lines', () => {
    expect(describeLineEdits(path, 'a\nb\nc\n', 'a\nc\n')).toBeNull()
  })
})
