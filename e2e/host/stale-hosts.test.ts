import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ensureEngine } from './engine.ts'
import { currentOwner, formatOwner, hasEnded, parseOwner } from './owner.ts'
import { findRunning, removeStaleHosts } from './stale-hosts.ts'

it('removes the hosts of a killed run, and only those', { timeout: 300_000 }, async () => {
  const engine = await ensureEngine()
  const module = JSON.stringify(join(import.meta.dirname, 'start-sample-host.ts'))
  const script = `const { startSampleHost } = await import(${module})
    console.log((await startSampleHost()).containerName); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const name = line.toString().trim()

  await removeStaleHosts(engine)
  expect(await findRunning(engine)).toContain(name)

  child.kill('SIGKILL')
  await once(child, 'close')
  await removeStaleHosts(engine)
  // Another run may have begun to remove it.
  await expect.poll(() => findRunning(engine)).not.toContain(name)
})

it('knows a process by more than its number', () => {
  const owner = currentOwner()
  expect(parseOwner(formatOwner(owner))).toEqual(owner)
  expect(hasEnded(owner)).toBe(false)
  expect(hasEnded({ ...owner, startedAt: 'another boot' })).toBe(true)
  expect(hasEnded({ ...owner, machine: 'another', pid: 0 })).toBe(false)
  expect(parseOwner('kept')).toBeUndefined()
})
