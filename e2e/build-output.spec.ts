import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
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
    // Comments of libraries show how they are used elsewhere.
    const code = readFileSync(join(out, 'renderer', 'assets', name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
    expect(code).not.toMatch(/["'`]node:[a-z_]+["'`]/)
    expect(code).not.toMatch(/require\(["'`](electron|fs|child_process|net|os|path)["'`]\)/)
  }
})

test('the preload is one CommonJS file that needs nothing but Electron', () => {
  const code = readFileSync(join(out, 'preload', 'preload.cjs'), 'utf8')
  expect([...code.matchAll(/require\((.*?)\)/g)].map(([, name]) => name)).toEqual(['"electron"'])
  expect(code).not.toContain('import ')
})

test('the thread that holds logs is built beside the main file, and answers', async () => {
  expect(readFileSync(join(out, 'main', 'main.js'), 'utf8')).toContain('./log-worker.js')
  const worker = new Worker(pathToFileURL(join(out, 'main', 'log-worker.js')))
  try {
    const { port1, port2 } = new MessageChannel()
    const answered = new Promise((resolve) => port1.once('message', resolve))
    worker.postMessage({ port: port2, options: { limitBytes: 1024 } }, [port2])
    port1.postMessage({ type: 'request', id: 1, request: { kind: 'search-from', viewId: 'none', anew: false } })
    expect(await answered).toMatchObject({ type: 'failure', id: 1, error: { code: 'log.view-closed' } })
  } finally {
    await worker.terminate()
  }
})
