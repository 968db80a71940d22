import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import { type Exec, expectStatus, openAccount } from './access.ts'
import { query, readFingerprint } from './fingerprint.ts'
import { runToEnd, type Seeded, seedAppstrate, uploadText } from './seed.ts'
import { TestStack } from './test-stack.ts'
import { runnerImages, versions } from './versions.ts'

let host: SampleHost
let stack: TestStack
let seeded: Seeded

beforeAll(async () => {
  host = await startSampleHost({ stacks: ['appstrate'] })
  stack = new TestStack(host)
  seeded = await seedAppstrate(stack.send)
})

afterAll(() => host?.dispose())

const exec: Exec = (argv, options) => host.exec(argv, options)
const fingerprint = () => readFingerprint(exec)
const health = () => stack.health()
const makeAgent = () => stack.makeAgent(seeded.apiKey)
const until = (assertion: () => Promise<unknown>) => vi.waitFor(assertion, { timeout: 60_000, interval: 400 })

describe('a healthy stack', () => {
  it('says so, with the version that it runs', async () => {
    const { status, json } = await health()
    expect(status).toBe(200)
    expect(json).toEqual({
      status: 'healthy',
      version: { app: 'v1.0.0-beta.41', commit: '5bbe1d9' },
      uptime_ms: expect.any(Number),
      checks: {
        database: { status: 'healthy', latency_ms: expect.any(Number) },
        agents: { status: 'healthy' },
      },
    })
  })

  it('shows its API, and asks who wants to use it', async () => {
    const { body } = await stack.send({ path: '/api/openapi.json' })
    expect(JSON.parse(body).info).toEqual({ title: 'Appstrate API', version: '1.0.0-beta.41' })
    const refused = await stack.send({ path: '/api/api-keys' })
    expect(refused.status).toBe(401)
    expect(refused.headers).toMatch(/^content-type: application\/problem\+json\r$/im)
    expect(refused.headers).toMatch(/^request-id: req_\w+\r$/im)
    expect(JSON.parse(refused.body)).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await stack.send({ path: '/' })).body).toContain('<!doctype html>')
  })

  it('runs agents in containers of their own, and leaves none', async () => {
    expect(await runToEnd(stack.send, seeded.apiKey, seeded.agentIds[0] ?? '')).toBe('Agent 0: Count to 0 – käse')
    const { stdout } = await host.exec(['docker', 'ps', '--all', '--filter', 'label=appstrate.run', '--quiet'])
    expect(stdout).toBe('')
    expect((await fingerprint()).objects.filter((line) => line.includes(' runs/')).length).toBeGreaterThan(1)
  })

  it('keeps files in the bucket and gives them back', async () => {
    const { status, body } = await stack.send({ path: `/api/uploads/${seeded.uploadId}/content`, as: seeded.apiKey })
    expect({ status, body }).toEqual({ status: 200, body: uploadText })
    const noToken = await stack.send({ method: 'PUT', path: '/api/uploads/_content?token=a.b', body: 'x' })
    expect(noToken.status).toBe(401)
  })

  it('shows an end user only what was run for that end user', async () => {
    const body = { externalId: 'scoped', name: 'Scoped' }
    const { id } = await expectStatus<{ id: string }>(
      stack.send,
      { path: '/api/end-users', as: seeded.apiKey, body },
      201,
    )
    const headers = { 'Appstrate-User': id }
    const path = `/api/agents/${seeded.agentIds[1]}/run`
    await expectStatus(stack.send, { path, method: 'POST', as: seeded.apiKey, headers }, 202)
    const list = { path: '/api/runs', as: seeded.apiKey, headers }
    const runs = await expectStatus<{ data: { end_user_id: string }[] }>(stack.send, list, 200)
    expect(runs.data.map((run) => run.end_user_id)).toEqual([id])
    const stranger = await openAccount(stack.send, 'stranger')
    expect((await stack.send({ ...list, as: stranger.apiKey })).status).toBe(403)
    expect(await stack.logs()).toContain('"msg":"Appstrate-User end-user context"')
  })

  it('logs by pino, the level as a number', async () => {
    const [line = ''] = (await stack.logs()).split('\n').filter((text) => text.includes('Server ready'))
    expect(JSON.parse(line.slice(line.indexOf('{')))).toEqual({
      level: 30,
      time: expect.any(Number),
      pid: 1,
      hostname: expect.any(String),
      port: 3000,
      startupMs: expect.any(Number),
      msg: 'Server ready',
    })
  })
})

describe('settings', () => {
  it('have to be there, and are read as Compose reads them', async () => {
    const empty = await host.exec('cp -r /home/deploy/appstrate /root/bare && cd /root/bare && : > .env', {})
    expect(empty.code).toBe(0)
    const bare = await host.exec('cd /root/bare && docker compose config 2>&1', { allowFailure: true })
    expect(bare.code).not.toBe(0)
    expect(bare.stdout).toContain('is missing a value: Set ')
    const config = JSON.parse(await stack.compose('config', '--format', 'json')) as {
      services: Record<string, { environment: Record<string, string | null> }>
    }
    expect(config.services.appstrate?.environment).toMatchObject({
      CONNECTION_ENCRYPTION_KEYS: '{}',
      SYSTEM_PROVIDER_KEYS: '[]',
      MODULES: null,
    })
  })

  it('pin eight images with one variable, of which v1.4.2 has none', async () => {
    await host.exec('cp /home/deploy/appstrate/.env /root/bare/.env')
    await host.exec('sed -i s/^APPSTRATE_VERSION=.*/APPSTRATE_VERSION=v1.4.2/ /root/bare/.env')
    const { stdout } = await host.exec('cd /root/bare && docker compose config --images')
    const images = stdout.trim().split('\n')
    expect(images.filter((image) => image.endsWith(':v1.4.2'))).toHaveLength(8)
    expect(new Set(images).size).toBe(12)
    const pull = await host.exec('cd /root/bare && docker compose pull appstrate 2>&1', { allowFailure: true })
    expect(pull.code).not.toBe(0)
    expect(pull.stdout).toMatch(/not found|manifest unknown/)
  })

  it('with a key that is too short end the API', async () => {
    const image = 'localhost:5000/appstrate/appstrate:1.0.0-beta.41'
    const settings = [
      'DATABASE_URL=x',
      'REDIS_URL=x',
      'PI_IMAGE=x',
      'S3_BUCKET=x',
      'S3_ENDPOINT=x',
      'APP_URL=https://x',
    ]
    const secrets = ['AWS_ACCESS_KEY_ID=x', 'AWS_SECRET_ACCESS_KEY=x', 'BETTER_AUTH_SECRET=short']
    const env = [...settings, ...secrets].flatMap((line) => ['--env', line])
    const ended = await host.exec(['docker', 'run', '--rm', ...env, image], { allowFailure: true })
    expect(ended.code).toBe(1)
    expect(ended.stdout).toContain('Invalid environment: BETTER_AUTH_SECRET must have 32 characters or more')
  })
})

describe('data beside the database', () => {
  it('credentials are encrypted with a key that may be retired, and not lost', async () => {
    const stored = await query(exec, `SELECT credentials FROM connections WHERE id = '${seeded.connectionId}'`)
    expect(stored).toMatch(/^v1:k1:[A-Za-z0-9+/=]+\n$/)
    const read = { path: `/api/connections/${seeded.connectionId}/test`, as: seeded.apiKey, method: 'POST' }
    expect(JSON.parse((await stack.send(read)).body)).toMatchObject({ ok: true })
    const env = await host.readFile('/home/deploy/appstrate/.env')
    const oldKey = /^CONNECTION_ENCRYPTION_KEY=(.*)$/m.exec(env)?.[1] ?? ''
    await stack.set('CONNECTION_ENCRYPTION_KEY', randomBytes(32).toString('base64'))
    await stack.deploy('1.0.0-beta.41')
    const lost = await stack.send(read)
    expect({ status: lost.status, code: JSON.parse(lost.body).code }).toEqual({
      status: 409,
      code: 'credentials_unreadable',
    })
    await stack.set('CONNECTION_ENCRYPTION_KEYS', `'{"k1":"${oldKey}"}'`)
    await stack.set('CONNECTION_ENCRYPTION_KEY_ID', 'k2')
    await stack.deploy('1.0.0-beta.41')
    expect((await stack.send(read)).status).toBe(200)
    await host.writeFile('/home/deploy/appstrate/.env', env)
    await stack.deploy('1.0.0-beta.41')
  })

  it('what is due next survives a restart of Redis, and not its loss', async () => {
    const due = async () => {
      const list = { path: '/api/schedules', as: seeded.apiKey }
      return (await expectStatus<{ data: { nextRunAt: number | null }[] }>(stack.send, list, 200)).data[0]?.nextRunAt
    }
    const before = await due()
    expect(before).toBeGreaterThan(Date.now())
    await stack.compose('restart', 'appstrate-redis')
    await until(async () => expect(await due()).toBe(before))
    await host.exec(['docker', 'exec', 'appstrate-appstrate-redis-1', 'redis-cli', 'FLUSHALL'])
    expect(await due()).toBeNull()
  })

  it('the S3 server takes signed requests only, and lists page by page', async () => {
    const { stdout: address } = await host.exec([
      ...['docker', 'inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'],
      'appstrate-appstrate-minio-1',
    ])
    const user = 'appstrate-storage:Zt6nQw9eRu3yBk5mXp2cVh8s'
    const url = `http://${address.trim()}:9000`
    const ask = async (path: string, ...options: string[]) =>
      (await host.exec(['curl', '-s', '-w', '\n%{http_code}', ...options, url + path])).stdout
    const signed = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', user]
    expect(await ask('/appstrate?list-type=2')).toMatch(/AccessDenied[\s\S]*\n403$/)
    expect(await ask('/appstrate?list-type=2', ...signed, '--user', `${user}x`)).toMatch(
      /SignatureDoesNotMatch[\s\S]*\n403$/,
    )
    for (const key of ['a', 'b', 'c%20%C3%A4']) {
      expect(await ask(`/appstrate/paging/${key}`, ...signed, '-T', '/etc/hostname')).toMatch(/\n200$/)
    }
    const first = await ask('/appstrate?list-type=2&max-keys=2&prefix=paging%2F', ...signed)
    expect(first.match(/<Key>[^<]*/g)).toEqual(['<Key>paging/a', '<Key>paging/b'])
    const token = /<NextContinuationToken>([^<]*)/.exec(first)?.[1]
    const rest = await ask(`/appstrate?continuation-token=${token}&list-type=2&prefix=paging%2F`, ...signed)
    expect(rest.match(/<Key>[^<]*/g)).toEqual(['<Key>paging/c ä'])
    expect(rest).toContain('<IsTruncated>false')
    expect(await ask('/appstrate/paging/a', ...signed)).toMatch(/^[\w-]+\n\n200$/)
    expect(await ask('/appstrate/paging/a', ...signed, '-X', 'DELETE')).toBe('\n204')
    expect(await ask('/appstrate/paging/a', ...signed)).toMatch(/NoSuchKey[\s\S]*\n404$/)
  })
})

/** What each version does wrong is told by its upgrade in `e2e/appstrate.spec.ts`. */
describe('versions', () => {
  it('beta.51 goes forward only: beta.41 on its data is green and fails', { timeout: 300_000 }, async () => {
    await stack.reset()
    seeded = await seedAppstrate(stack.send)
    const before = await fingerprint()
    await host.exec('docker exec appstrate-appstrate-postgres-1 pg_dump -U appstrate -Fc appstrate > /root/before.dump')
    expect(await stack.deploy('1.0.0-beta.51')).toBe(true)
    expect((await fingerprint()).migrations).toBe(39)
    expect(await makeAgent()).toBe(201)
    await expect(runToEnd(stack.send, seeded.apiKey, seeded.agentIds[0] ?? '')).rejects.toThrow('input_not_migrated')
    const convert = ['exec', '-T', 'appstrate', 'node', 'scripts/migrate-config-to-input.js', '--apply']
    expect(await stack.compose(...convert)).toContain('4 agents migrated')
    expect(await runToEnd(stack.send, seeded.apiKey, seeded.agentIds[0] ?? '')).toContain('Agent 0')

    expect(await stack.deploy('1.0.0-beta.41')).toBe(true)
    expect((await health()).json.status).toBe('healthy')
    expect((await stack.send({ path: '/api/agents', as: seeded.apiKey })).status).toBe(200)
    expect(await makeAgent()).toBe(500)
    expect(await stack.logs()).toMatch(/"level":50.*column \\"config\\".*"msg":"Unhandled error"/)

    await stack.compose('stop', 'appstrate')
    await query(exec, 'DROP DATABASE appstrate', { database: 'postgres' })
    await query(exec, 'CREATE DATABASE appstrate', { database: 'postgres' })
    await host.exec(
      'docker exec -i appstrate-appstrate-postgres-1 pg_restore -U appstrate -d appstrate -e < /root/before.dump',
    )
    await stack.compose('start', 'appstrate')
    expect(await stack.becomesHealthy()).toBe(true)
    expect((await fingerprint()).tables).toEqual(before.tables)
    expect(await makeAgent()).toBe(201)
  })
})

describe('the stack of the document', () => {
  const folder = '/home/deploy/self-hosting'
  const compose = (words: string) =>
    host.exec(`cd ${folder} && docker compose ${words} 2>&1`, { user: 'deploy', allowFailure: true })
  const state = async (service: string) => {
    const format = '{{.State.Status}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{end}}'
    const argv = ['docker', 'inspect', '--format', format, `appstrate-${service}-1`]
    return (await host.exec(argv)).stdout.trim()
  }

  it('migrates in a service of its own, and its container is green while it is degraded', async () => {
    await stack.compose('down', '--volumes', '--timeout', '3')
    const input = spawnSync('tar', ['-C', join(import.meta.dirname, 'variants/self-hosting'), '-c', '.']).stdout
    await host.exec(`mkdir ${folder} && tar -x -C ${folder}`, { user: 'deploy', input })
    expect((await compose('up -d --quiet-pull')).code).toBe(0)
    await until(async () => expect(await state('appstrate')).toBe('running 0 healthy'))
    for (const service of ['migrate', 'minio-init', 'pi-pull', 'sidecar-pull']) {
      expect(await state(service)).toBe('exited 0')
    }
    expect((await compose('logs --no-log-prefix migrate')).stdout).toContain('"msg":"Core migrations applied"')
    await host.exec(`sed -i s/^APPSTRATE_VERSION=.*/APPSTRATE_VERSION=1.0.0-beta.56/ ${folder}/.env`)
    expect((await compose('up -d --quiet-pull')).code).toBe(0)
    await until(async () => expect(await state('appstrate')).toBe('running 0 healthy'))
    const { status, json } = await health()
    expect({ status, told: json.status }).toEqual({ status: 200, told: 'degraded' })
  })

  it('without its pin asks for a tag that nobody published', async () => {
    await host.exec(`sed -i /^APPSTRATE_VERSION=/d ${folder}/.env`)
    const pull = await compose('pull appstrate')
    expect(pull.code).not.toBe(0)
    expect(pull.stdout).toMatch(/latest.*(not found|manifest unknown)|manifest for .*latest not found/s)
  })
})

describe('the registry', () => {
  it('has every version of all eight images, and no tag that moves', async () => {
    for (const name of ['appstrate', ...runnerImages]) {
      const list = `http://127.0.0.1:5000/v2/appstrate/${name}/tags/list`
      const { tags } = JSON.parse((await host.exec(['curl', '-fs', list])).stdout) as { tags: string[] }
      const numbered = tags.filter((tag) => !tag.startsWith('sha-'))
      expect(numbered.sort()).toEqual(versions.map(({ version }) => version).sort())
      if (name === 'appstrate') expect(tags).toHaveLength(2 * versions.length)
    }
  })
})
