import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LocalHost } from '../hosts/local-host.ts'
import { locateEngine } from './locate-engine.ts'

let folder: string
let server: Server
let host: LocalHost

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'))
  host = new LocalHost({ id: 'here', label: 'this computer' })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await host.dispose()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

/** An engine that answers its ping and speaks no newer API than this. */
async function serveEngine(apiVersion: string): Promise<string> {
  const path = join(folder, 'docker.sock')
  server = createServer((_, response) => response.setHeader('Api-Version', apiVersion).end('OK'))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  vi.stubEnv('DOCKER_HOST', `unix://${path}`)
  return path
}

it.skipIf(process.platform === 'win32')(
  'an engine that is too old is named with its version and the oldest',
  async () => {
    await serveEngine('1.40')
    await expect(locateEngine(host)).rejects.toMatchObject({
      code: 'docker.api-too-old',
      message: expect.stringMatching(/speaks API 1\.40; Slipway needs 1\.41/),
      details: { apiVersion: '1.40' },
    })
  },
)

it.skipIf(process.platform === 'win32')('the oldest that will do is taken', async () => {
  const path = await serveEngine('1.41')
  expect(await locateEngine(host)).toMatchObject({ kind: 'local-socket', target: { path }, apiVersion: '1.41' })
})
