import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import { createExecSend } from './access.ts'
import { readFingerprint } from './fingerprint.ts'
import { seedAppstrate } from './seed.ts'

const folder = '/home/deploy/self-hosting'
let host: SampleHost

beforeAll(async () => {
  host = await startSampleHost()
  const input = spawnSync('tar', ['-C', join(import.meta.dirname, 'variants/self-hosting'), '-c', '.']).stdout
  await host.exec(`mkdir ${folder} && tar -x -C ${folder}`, { user: 'deploy', input })
})

afterAll(() => host?.dispose())

const compose = (words: string) =>
  host.exec(`cd ${folder} && docker compose ${words} 2>&1`, { user: 'deploy', allowFailure: true })
const state = async (service: string) => {
  const format = '{{.State.Status}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{end}}'
  const argv = ['docker', 'inspect', '--format', format, `appstrate-${service}-1`]
  return (await host.exec(argv)).stdout.trim()
}

it('the document’s stack migrates in a service of its own, and its container is green while it is degraded', async () => {
  const send = createExecSend((argv, options) => host.exec(argv, options))
  expect((await compose('up -d --quiet-pull')).code).toBe(0)
  await vi.waitFor(async () => expect(await state('appstrate')).toBe('running 0 healthy'), { timeout: 90_000 })
  for (const service of ['migrate', 'minio-init', 'pi-pull', 'sidecar-pull']) {
    expect(await state(service)).toBe('exited 0')
  }
  expect((await compose('logs --no-log-prefix migrate')).stdout).toContain('"msg":"Core migrations applied"')
  await seedAppstrate(send)
  const names = { project: 'appstrate', prefix: '' }
  const read = () => readFingerprint((argv, options) => host.exec(argv, options), names)
  expect(await read()).toMatchObject({ migrations: 30, tables: { agents: { rows: 4 } } })

  await host.exec(`sed -i s/^APPSTRATE_VERSION=.*/APPSTRATE_VERSION=1.0.0-beta.56/ ${folder}/.env`)
  expect((await compose('up -d --quiet-pull')).code).toBe(0)
  await vi.waitFor(async () => expect(await state('appstrate')).toBe('running 0 healthy'), { timeout: 90_000 })
  const { status, body } = await send({ path: '/health' })
  expect({ status, told: JSON.parse(body).status }).toEqual({ status: 200, told: 'degraded' })
})

it('without its pin it asks for a tag that nobody published', async () => {
  await host.exec(`sed -i /^APPSTRATE_VERSION=/d ${folder}/.env`)
  const pull = await compose('pull appstrate')
  expect(pull.code).not.toBe(0)
  expect(pull.stdout).toMatch(/latest.*(not found|manifest unknown)|manifest for .*latest not found/s)
})
