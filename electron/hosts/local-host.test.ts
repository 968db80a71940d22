import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeHost } from './host.conformance.ts'
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

it('ends everything that runs when it is disposed, stubborn children included', async () => {
  const host = new LocalHost({ id: 'local', label: 'This computer' })
  const stubborn = host.spawn(['sh', '-c', 'trap "" TERM; echo up; sleep 7401 & wait; sleep 7402'])
  await new Promise((resolve) => stubborn.stdout.once('data', resolve))
  await host.dispose()
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'])
  expect(stdout).not.toMatch(/sleep 740[12]/)
})
