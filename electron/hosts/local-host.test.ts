import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeHost } from './host.conformance.ts'
import type { HostFacts } from './host.ts'
import { LocalHost } from './local-host.ts'

describeHost('this computer', async () => {
  const scratchDirectory = await mkdtemp(join(tmpdir(), 'local-host-'))
  const host = new LocalHost({ id: 'local', label: 'This computer' })
  return {
    host,
    scratchDirectory,
    forbiddenFile: process.getuid?.() === 0 ? null : '/etc/shadow',
    processes: async () => (await promisify(execFile)('ps', ['-eo', 'args'])).stdout,
    async dispose() {
      await host.dispose()
      await rm(scratchDirectory, { recursive: true })
    },
  }
})

describe('the look at this computer', () => {
  const found = { user: 'ann', dockerPath: '/usr/bin/docker' } as HostFacts
  const none = { ...found, dockerPath: null }

  function withLooks(...looks: (HostFacts | Error)[]) {
    const readFacts = async () => {
      const next = looks.shift() ?? new Error('nobody looks again')
      if (next instanceof Error) throw next
      return next
    }
    return new LocalHost({ id: 'local', label: 'This computer', readFacts })
  }

  it('is made again after one that failed, and after one that found no docker', async () => {
    const host = withLooks(new Error('the login shell was slow'), none, found)
    await expect(host.connect()).rejects.toThrow('slow')
    expect(await host.connect()).toBe(none)
    expect(await host.connect()).toBe(found)
    expect(host.facts).toBe(found)
  })

  it('is made once for all who ask at once, and not again when it was good', async () => {
    const host = withLooks(found)
    expect(await Promise.all([host.connect(), host.connect()])).toEqual([found, found])
    expect(await host.connect()).toBe(found)
  })
})

it('ends everything that runs when it is disposed, stubborn children included', async () => {
  const host = new LocalHost({ id: 'local', label: 'This computer' })
  const stubborn = host.spawn(['sh', '-c', 'trap "" TERM; echo up; sleep 7401 & wait; sleep 7402'])
  await new Promise((resolve) => stubborn.stdout.once('data', resolve))
  await host.dispose()
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'])
  expect(stdout).not.toMatch(/sleep 740[12]/)
})
