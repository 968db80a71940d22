import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import type { Exec } from '../parts/postgres-fingerprint.ts'
import { createExecSend } from './access.ts'
import { inOrder } from './exercise.ts'
import { artifactsFolder, readFingerprint } from './fingerprint.ts'
import { TestStack } from './test-stack.ts'
import { versions } from './versions.ts'

const folder = '/home/deploy/brittle'
let host: SampleHost
let stack: TestStack

beforeAll(async () => {
  host = await startSampleHost({ stacks: ['brittle'] })
  stack = await TestStack.open(host)
})

afterAll(() => host?.dispose())

const exec: Exec = (argv, options) => host.exec(argv, options)
const fingerprint = () => readFingerprint(exec)
const editEnv = (expression: string) => host.exec(['sed', '-E', '-i', expression, `${folder}/.env`])

/** What an operator does by hand before an upgrade: a dump by the server's own tools, and the files as they are. */
async function backUp(): Promise<void> {
  await host.exec('docker exec brittle-postgres-1 pg_dump -Fc -U brittle brittle > /root/brittle.dump')
  await host.exec(['tar', '-C', await artifactsFolder(exec), '-cf', '/root/artifacts.tar', '.'])
}

async function restoreDatabase(): Promise<void> {
  await stack.compose('stop', 'brittle')
  await host.exec('docker exec brittle-postgres-1 dropdb -U brittle --maintenance-db postgres brittle')
  await host.exec('docker exec brittle-postgres-1 createdb -U brittle --maintenance-db postgres brittle')
  await host.exec(
    'docker exec -i brittle-postgres-1 pg_restore -U brittle -d brittle --exit-on-error < /root/brittle.dump',
  )
}

async function restoreArtifacts(): Promise<void> {
  const artifacts = await artifactsFolder(exec)
  await host.exec(['sh', '-c', 'rm -rf "$1"/* && tar -C "$1" -xf /root/artifacts.tar', 'sh', artifacts])
}

describe('a healthy stack', () => {
  it('says so to anybody, through Caddy', async () => {
    const { status, body, headers } = await stack.health()
    expect({ status, body: JSON.parse(body) }).toEqual({
      status: 200,
      body: { status: 'ok', database: 'up', migrations: 'current' },
    })
    expect(headers).toMatch(/^Server: Caddy$/m)
    expect(await stack.state('init-artifacts')).toMatchObject({ status: 'exited', exitCode: 0 })
  })

  it('keeps what reporters send, and gives it back', async () => {
    const body = { project: 'shop', title: 'checkout', status: 'failed', branch: 'main' }
    const { id } = await stack.read<{ id: string }>({ path: '/api/sessions', body })
    const path = `/api/sessions/${id}`
    await stack.ask({ method: 'PUT', path: `${path}/artifacts/trace.zip`, body: 'the trace' })
    expect((await stack.ask({ path: `${path}/artifacts/trace.zip` })).body).toBe('the trace')
    const artifact = { name: 'trace.zip', sizeBytes: 9, available: true }
    expect(await stack.read({ path })).toMatchObject({ ...body, artifacts: [artifact] })
    expect(Object.keys((await fingerprint()).artifacts)).toEqual([`sessions/${id}/trace.zip`])
    expect((await stack.ask({ method: 'DELETE', path })).status).toBe(204)
    expect((await fingerprint()).artifacts).toEqual({})
    expect((await stack.ask({ path })).status).toBe(404)
  })

  it('refuses what it does not know, does not trust or cannot read', async () => {
    const path = '/api/sessions'
    expect((await stack.send({ path })).status).toBe(401)
    expect((await stack.send({ path, headers: { Authorization: 'Bearer brt_wrong' } })).status).toBe(401)
    expect((await stack.ask({ path: '/api/nothing' })).status).toBe(404)
    expect((await stack.ask({ path, body: '{' })).status).toBe(400)
    expect((await stack.ask({ path, body: { project: 'shop' } })).status).toBe(400)
    expect((await stack.ask({ method: 'DELETE', path })).status).toBe(405)
  })

  it('logs lines of JSON as pino writes them, and what the migration tool prints', async () => {
    const lines = (await stack.logs('brittle')).split('\n').filter(Boolean)
    const plain = lines.filter((line) => !line.startsWith('{'))
    expect(plain.slice(0, 2)).toEqual([
      '3 migrations found in prisma/migrations',
      'Applying migration `20260302090000_init`',
    ])
    const json = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object)
    const usual = { level: 30, time: expect.any(Number), pid: 1, hostname: expect.stringMatching(/^[0-9a-f]{12}$/) }
    expect(json[0]).toEqual({ ...usual, version: '0.1.2', msg: 'hub is starting' })
    expect(json).toContainEqual(expect.objectContaining({ ...usual, path: '/api/nothing', status: 404 }))
  })
})

describe('secrets', () => {
  it('open the internal API, which is off without one', async () => {
    const path = '/api/internal/queue'
    const Authorization = `Bearer ${stack.internalToken}`
    expect((await stack.send({ path })).status).toBe(401)
    const { status, body } = await stack.send({ path, headers: { Authorization } })
    expect({ status, body: JSON.parse(body) }).toMatchObject({ status: 200, body: { queued: 0, failed: 0 } })
    const before = await host.readFile(`${folder}/.env`)
    await editEnv('/^BRITTLE_INTERNAL_TOKEN=/d')
    expect(await stack.up('brittle')).toBe(true)
    expect((await stack.send({ path, headers: { Authorization } })).status).toBe(503)
    await host.writeFile(`${folder}/.env`, before)
  })

  it('sign users in: another JWT_SECRET ends their sessions, another AI key makes their AI keys unreadable', async () => {
    await stack.reset()
    await stack.seed()
    const body = { email: 'ada@example.com', password: 'correct horse' }
    expect((await stack.send({ path: '/api/setup', body })).status).toBe(201)
    expect((await stack.send({ path: '/api/setup', body })).status).toBe(409)
    expect((await stack.send({ path: '/api/auth/login', body: { ...body, password: 'wrong' } })).status).toBe(401)
    const { token } = JSON.parse((await stack.send({ path: '/api/auth/login', body })).body) as { token: string }
    const me = { path: '/api/auth/me', headers: { Cookie: `brittle_session=${token}` } }
    expect((await stack.send(me)).body).toBe('{"organization":"acme"}')
    expect((await stack.ask({ path: '/api/ai/check' })).body).toBe('{"keys":2,"readable":2}')
    const before = await host.readFile(`${folder}/.env`)
    await editEnv('s/^(JWT_SECRET|BRITTLE_AI_SECRET_KEY)=.{8}/\\1=00000000/')
    expect(await stack.up('brittle')).toBe(true)
    expect((await stack.send(me)).status).toBe(401)
    expect(await stack.ask({ path: '/api/ai/check' })).toMatchObject({ status: 500, body: '{"keys":2,"readable":0}' })
    await host.writeFile(`${folder}/.env`, before)
    expect(await stack.up('brittle')).toBe(true)
    expect((await stack.send(me)).status).toBe(200)
    expect((await stack.ask({ path: '/api/ai/check' })).status).toBe(200)
  })
})

describe('settings', () => {
  it.each([
    ['JWT_SECRET', 'short', 'JWT_SECRET must have at least 32 characters'],
    ['DATABASE_URL', '', 'the settings name DATABASE_URL, which is not set'],
  ])('have to be good: %s', async (name, value, problem) => {
    const options = ['--rm', '--no-deps', '-T', '-e', `${name}=${value}`]
    const output = await stack.compose('run', ...options, 'brittle')
    expect(output).toContain(`"level":60`)
    expect(output).toContain(problem)
  })
})

describe('health', () => {
  it('is 503 until the operator has migrated, where the hub may not', async () => {
    await stack.reset()
    await host.exec(`echo BRITTLE_RUN_MIGRATIONS=false >> ${folder}/.env`)
    expect(await stack.deploy('0.2.0')).toBe(false)
    expect(await stack.health()).toMatchObject({ status: 503, body: expect.stringContaining('2 pending') })
    const output = await stack.compose('exec', '-T', 'brittle', 'prisma', 'migrate', 'deploy')
    expect(output).toContain('All migrations have been successfully applied.')
    expect((await stack.health()).status).toBe(200)
    await editEnv('/^BRITTLE_RUN_MIGRATIONS=/d')
  })
})

describe('the artifact store', () => {
  it('belongs to root until the one-shot service gives it to the hub', async () => {
    await stack.reset()
    await host.exec(['chown', '-R', 'root:root', await artifactsFolder(exec)])
    expect(await stack.exercise()).toEqual([201, 500, 404, 204])
    expect(await stack.logs('brittle')).toContain('EACCES')
    await stack.compose('up', '-d', 'init-artifacts')
    await vi.waitFor(async () => expect(await stack.exercise()).toEqual(inOrder), { timeout: 20_000, interval: 500 })
  })
})

/** What each version does wrong is told by its upgrade in `e2e/brittle.spec.ts`. */
describe('the minor', () => {
  it('moves rows and files; the version before is green on them and broken, and needs both of one moment', async () => {
    await stack.reset()
    await stack.seed()
    const before = await fingerprint()
    const { sessions } = await stack.read<{ sessions: { id: string }[] }>({ path: '/api/sessions' })
    const artifact = { path: `/api/sessions/${sessions[0]?.id}/artifacts/trace.zip` }
    await backUp()
    expect(await stack.deploy('0.2.0')).toBe(true)
    expect(await stack.logs('brittle')).toContain('"artifacts":9,"msg":"moved artifacts')
    const after = await fingerprint()
    expect(after.migrations).toHaveLength(5)
    expect(after.tables['public.runs']?.rows).toBe(6)
    expect(Object.keys(after.artifacts).every((path) => path.startsWith('orgs/acme/'))).toBe(true)
    expect(Object.values(after.artifacts).sort()).toEqual(Object.values(before.artifacts).sort())
    expect(await stack.exercise()).toEqual(inOrder)
    expect(await stack.deploy('0.1.2')).toBe(true)
    expect((await stack.health()).status).toBe(200)
    expect(await stack.exercise()).toEqual([500])

    await restoreDatabase()
    expect(await stack.deploy('0.1.2')).toBe(true)
    expect((await stack.ask({ path: '/api/sessions' })).status).toBe(200)
    expect((await stack.ask(artifact)).status).toBe(410)
    await restoreArtifacts()
    expect((await stack.ask(artifact)).status).toBe(200)
    expect(await fingerprint()).toEqual(before)
    expect(await stack.exercise()).toEqual(inOrder)
  })
})

describe('the registry', () => {
  it('has every version, and tags that move', async () => {
    const read = (path: string, ...options: string[]) =>
      host.exec(['curl', '-fs', ...options, `http://127.0.0.1:5000/v2/brittlehq/brittle/${path}`])
    const { tags } = JSON.parse((await read('tags/list')).stdout) as { tags: string[] }
    const expected = versions.flatMap(({ version, alsoTagged = [] }) => [version, ...alsoTagged])
    expect(tags.sort()).toEqual(expected.sort())
    const manifest = async (tag: string) => (await read(`manifests/${tag}`)).stdout.replaceAll(`"${tag}"`, '')
    const accept = ['-H', 'Accept: application/vnd.docker.distribution.manifest.v2+json']
    const digest = async (tag: string) => (await read(`manifests/${tag}`, ...accept)).stdout
    expect(await digest('0.1')).toBe(await digest('0.1.3'))
    expect(await digest('latest')).toBe(await digest('0.2.0'))
    expect(await manifest('0.1.2')).not.toBe(await manifest('0.1.0'))
  })
})

describe('variants', () => {
  it.each([
    ['document', 3100, 'brittle:latest'],
    ['installer', 3101, 'brittle:0.1.2'],
  ])('%s: no Caddy, and a hub without a health check', async (name, port, image) => {
    await stack.compose('down', '--timeout', '3')
    const input = spawnSync('tar', ['-C', join(import.meta.dirname, 'variants', name), '-c', '.']).stdout
    await host.exec(`mkdir /root/${name} && tar -x -C /root/${name}`, { input })
    const compose = (argv: string) => host.exec(`cd ${name} && docker compose ${argv}`)
    await compose('up -d --quiet-pull')
    const send = createExecSend(exec, port)
    await vi.waitFor(async () => expect((await send({ path: '/health' })).status).toBe(200), {
      timeout: 30_000,
      interval: 500,
    })
    expect((await compose("ps brittle --format '{{.Image}} {{.Health}}'")).stdout).toMatch(
      new RegExp(`${image} $`, 'm'),
    )
    expect((await send({ path: '/api/internal/queue' })).status).toBe(503)
    await compose('down --volumes --timeout 3')
  })
})
