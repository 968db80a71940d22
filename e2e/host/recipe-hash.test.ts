import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderHash, recipeHash } from './recipe-hash.ts'

it('is the same for the same content in another place, and another for other content', () => {
  const copy = mkdtempSync(join(tmpdir(), 'slipway-hash-'))
  const original = join(import.meta.dirname, 'image')
  try {
    cpSync(original, copy, { recursive: true })
    expect(folderHash(copy)).toBe(folderHash(original))
    writeFileSync(join(copy, 'one-more'), '')
    expect(folderHash(copy)).not.toBe(folderHash(original))
  } finally {
    rmSync(copy, { recursive: true })
  }
})

it('is twelve hexadecimal characters', () => {
  expect(recipeHash({ packages: ['redis'] })).toMatch(/^[0-9a-f]{12}$/)
})
