import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Engine, ensureEngine } from '../../host/engine.ts'
import { ensureUsualNetwork, usualNetwork } from '../../host/own-network.ts'
import { createProductTools } from '../../host/products.ts'
import { type PostgresMajor, postgresImage } from './postgres.ts'

const majors: readonly PostgresMajor[] = ['15', '17']
const name = `slipway-test-postgres-${randomUUID().slice(0, 8)}`
let engine: Engine
const images = new Map<PostgresMajor, string>()

beforeAll(async () => {
  engine = await ensureEngine()
  await ensureUsualNetwork(engine)
  const tools = createProductTools(engine)
  for (const major of majors) images.set(major, await postgresImage(tools, major))
})

afterAll(async () => {
  await remove()
  await engine.docker(['volume', 'rm', '--force', name])
})

const remove = () => engine.docker(['rm', '--force', name], { allowFailure: true })
const inside = (...argv: string[]) => engine.docker(['exec', name, ...argv], { allowFailure: true })
const ask = async (sql: string) => (await inside('psql', '-U', 'ada', '-d', 'app', '-Atc', sql)).stdout.trim()

/** Starts a server on the volume, or on none that is kept. */
async function start(major: PostgresMajor, env: Record<string, string>, ...options: string[]): Promise<void> {
  await remove()
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const place = ['--network', usualNetwork, '--volume', `${name}:/var/lib/postgresql/data`]
  await engine.docker(['run', '--detach', '--name', name, ...place, ...variables, images.get(major) ?? '', ...options])
}

async function untilReady(): Promise<void> {
  // Over TCP: while the cluster is made, its server answers on the local socket only.
  const ready = async () => expect((await inside('pg_isready', '-h', '127.0.0.1', '-U', 'ada')).code).toBe(0)
  await vi.waitFor(ready, { timeout: 60_000, interval: 250 })
}

async function ended(): Promise<{ code: number; log: string }> {
  const code = await vi.waitFor(
    async () => {
      const { stdout } = await engine.docker(['inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name])
      expect(stdout).toContain('exited')
      return Number(stdout.trim().split(' ')[1])
    },
    { timeout: 60_000, interval: 250 },
  )
  const { stdout, stderr } = await engine.docker(['logs', name])
  return { code, log: stdout + stderr }
}

describe.each(majors)('PostgreSQL %s', (major) => {
  const env = { POSTGRES_USER: 'ada', POSTGRES_PASSWORD: "it's $a secret", POSTGRES_DB: 'app' }

  it('makes the user and the database it is told, and takes options', async () => {
    await remove()
    await engine.docker(['volume', 'rm', '--force', name])
    await start(major, env, '-c', 'work_mem=5MB')
    await untilReady()
    const facts = "SELECT current_user, current_setting('work_mem'), current_setting('server_version_num')::int / 10000"
    expect(await ask(facts)).toBe(`ada|5MB|${major}`)
    expect((await inside('pg_dump', '--version')).stdout).toContain(`(PostgreSQL) ${major}.`)
  })

  it('asks for the password over the network', async () => {
    const address = (await inside('hostname', '-i')).stdout.trim()
    const connect = (password: string) =>
      inside('env', `PGPASSWORD=${password}`, 'psql', '-h', address, '-U', 'ada', '-d', 'app', '-Atc', 'SELECT 1')
    expect((await connect(env.POSTGRES_PASSWORD)).stdout).toBe('1\n')
    expect((await connect('wrong')).stderr).toContain('password authentication failed')
  })

  it('stops at once with clients connected, and goes on with its data', async () => {
    await ask('CREATE TABLE notes AS SELECT 7 AS n')
    await engine.docker(['exec', '--detach', name, 'psql', '-U', 'ada', '-d', 'app', '-c', 'SELECT pg_sleep(600)'])
    await engine.docker(['stop', '--time', '30', name])
    expect(await ended()).toMatchObject({ code: 0, log: expect.stringContaining('database system is shut down') })
    await start(major, {})
    await untilReady()
    expect(await ask('SELECT n FROM notes')).toBe('7')
  })

  it('refuses the data of another major', async () => {
    await engine.docker(['stop', '--time', '30', name])
    await start(major === '17' ? '15' : '17', env)
    const { code, log } = await ended()
    expect(code).toBe(1)
    expect(log).toContain('database files are incompatible with server')
  })
})

describe('a new volume', () => {
  it('needs a password', async () => {
    await remove()
    await engine.docker(['volume', 'rm', '--force', name])
    await start('17', {})
    expect(await ended()).toMatchObject({ code: 1, log: expect.stringContaining('POSTGRES_PASSWORD is not set') })
  })
})
