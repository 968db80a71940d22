import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'

const out = join(import.meta.dirname, '..', 'out')
const scripts = readdirSync(join(out, 'renderer', 'assets')).filter((name) => name.endsWith('.js'))

test('the built page has no inline script and loads nothing from elsewhere', () => {
  const html = readFileSync(join(out, 'renderer', 'index.html'), 'utf8')
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain('src="')
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(html).not.toMatch(/\son[a-z]+="/)
})

test('the built page asks for nothing of Node or Electron', () => {
  expect(scripts.length).toBeGreaterThan(0)
  for (const name of scripts) {
    const code = readFileSync(join(out, 'renderer', 'assets', name), 'utf8')
    expect(code).not.toMatch(/["'`]node:[a-z_]+["'`]/)
    expect(code).not.toMatch(/require\(["'`](electron|fs|child_process|net|os|path)["'`]\)/)
  }
})

test('the preload is one CommonJS file that needs nothing but Electron', () => {
  const code = readFileSync(join(out, 'preload', 'preload.cjs'), 'utf8')
  expect([...code.matchAll(/require\((.*?)\)/g)].map(([, name]) => name)).toEqual(['"electron"'])
  expect(code).not.toContain('import ')
})
