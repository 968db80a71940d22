import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const products = globSync('assets/runbooks/*.yaml', { cwd: root }).map((file) => basename(file, '.yaml'))
/** A comment may need an example. */
const COMMENT = /^\s*(?:\/\/|\/?\*)/

test.each(['electron', 'renderer', 'shared'])('%s/ knows no product: all about one is in its runbook', (folder) => {
  const names = new RegExp(`\\b(?:${products.join('|')})`, 'i')
  const files = globSync(`${folder}/**/*.{ts,tsx,css,html,json}`, { cwd: root })
  const found = files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n')
    return lines.filter((line) => names.test(line) && !COMMENT.test(line)).map((line) => `${file}: ${line.trim()}`)
  })
  expect(products.length).toBeGreaterThan(4)
  expect(files.length).toBeGreaterThan(20)
  expect(found).toEqual([])
})
