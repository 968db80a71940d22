import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ensureEngine } from '../../e2e/host/engine.ts'
import { LocalHost } from '../hosts/local-host.ts'
import { createEngine } from './engine-client.ts'

const host = new LocalHost({ id: 'local', label: 'this computer' })

beforeAll(async () => {
  const { DOCKER_HOST } = (await ensureEngine()).env
  if (DOCKER_HOST !== undefined) vi.stubEnv('DOCKER_HOST', DOCKER_HOST)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await host.dispose()
})

it('finds the engine of this computer and asks it over its socket', async () => {
  const engine = createEngine(host)
  const route = await engine.connection.route()
  expect(route.kind).toBe('local-socket')
  // What other tests start there meanwhile must not count.
  const labels = ['slipway.test=nobody']
  const lists = await Promise.all(Array.from({ length: 50 }, () => engine.listContainers({ all: true, labels })))
  expect(lists).toEqual(Array(50).fill([]))
})

it('says so when no engine answers there', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///nonexistent/docker.sock')
  await expect(createEngine(host).ping()).rejects.toMatchObject({ code: 'docker.socket-missing' })
})
