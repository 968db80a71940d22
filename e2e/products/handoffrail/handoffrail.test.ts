import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import { askPostgres, type Exec } from '../parts/postgres-fingerprint.ts'
import { databasePlace } from './access.ts'
import { readFingerprint, readSchemaVersion } from './fingerprint.ts'
import { TestStack } from './test-stack.ts'
import { versions } from './versions.ts'

const healthy = '200 {"status":"ok","service":"handoffrail"}'
const ready = '200 {"status":"ready","service":"handoffrail","db":true}'
let host: SampleHost
let stack: TestStack

beforeAll(async () => {
  host = await startSampleHost({ stacks: ['handoffrail'] })
  stack = await TestStack.open(host)
})

afterAll(() => host?.dispose())

const exec: Exec = (argv, options) => host.exec(argv, options)
const fingerprint = () => readFingerprint(exec)
const schemaVersion = () => readSchemaVersion(exec)

async function answerOf(path: string, key?: string): Promise<string> {
  const { status, body } = await stack.ask(path, key)
  return `${status} ${body}`
}

async function systemHealth() {
  return JSON.parse((await stack.ask('/api/v1/system/health')).body) as Record<string, unknown>
}

describe('a healthy stack', () => {
  it('answers probes without a key, and everything else only with one', async () => {
    expect(await answerOf('/health', '')).toBe(healthy)
    expect(await answerOf('/ready', '')).toBe(ready)
    expect(await answerOf('/api/v1/keys', '')).toBe('401 {"detail":"Missing X-API-Key header"}')
    expect(await answerOf('/api/v1/system/health', '')).toBe('401 {"detail":"Missing X-API-Key header"}')
    expect(await answerOf('/api/v1/keys', 'hr_wrong')).toBe('401 {"detail":"Invalid API key"}')
    expect(await stack.status('/api/v1/keys')).toBe(200)
  })

  it('tells an admin which database it uses, and always the same version', async () => {
    expect(await systemHealth()).toMatchObject({
      version: '0.2.0',
      environment: 'prod',
      database_backend: 'postgresql',
      db_size_bytes: expect.any(Number),
    })
    const { body } = await stack.ask({ path: '/api/v1/keys', body: { name: 'agent' } })
    const { key } = JSON.parse(body) as { key: string }
    expect(await answerOf('/api/v1/system/health', key)).toBe('403 {"detail":"Admin access required"}')
  })

  it('takes a packet through its states', async () => {
    expect(await stack.handOver()).toEqual([201, 200])
    const { body } = await stack.ask('/api/v1/packets?status=claimed')
    const { packets, total } = JSON.parse(body) as { packets: { id: string }[]; total: number }
    expect(total).toBe(1)
    const path = `/api/v1/packets/${packets[0]?.id}`
    const claim = { path: `${path}/claim`, body: { agent_id: 'b', agent_name: 'B' } }
    expect(await stack.status(claim)).toBe(409)
    expect(await stack.status({ path, method: 'PATCH', body: { status: 'completed' } })).toBe(400)
    expect(await stack.status({ path, method: 'DELETE' })).toBe(204)
    expect(await stack.status(claim)).toBe(410)
    const history = JSON.parse((await stack.ask(`${path}/history`)).body) as { events: { event_type: string }[] }
    expect(history.events.map((event) => event.event_type)).toEqual(['created', 'claimed', 'expired'])
  })

  it('rotates and revokes keys', async () => {
    const made = JSON.parse((await stack.ask({ path: '/api/v1/keys', body: { name: 'old' } })).body)
    const rotated = JSON.parse((await stack.ask({ path: `/api/v1/keys/${made.id}/rotate`, method: 'POST' })).body)
    expect(await answerOf('/api/v1/keys', made.key)).toBe('403 {"detail":"API key has been revoked"}')
    expect(await stack.status('/api/v1/keys', rotated.key)).toBe(200)
    expect(await stack.status({ path: `/api/v1/keys/${rotated.id}`, method: 'DELETE' })).toBe(204)
    expect(await stack.status('/api/v1/keys', rotated.key)).toBe(403)
    const hash = `SELECT count(*) FROM api_keys WHERE key_hash = '${rotated.key}'`
    expect(await askPostgres(exec, databasePlace(), hash)).toBe('0\n')
  })

  it('limits the rate of a free key, counted in Redis', async () => {
    const flood = async () => {
      const { key } = JSON.parse((await stack.ask({ path: '/api/v1/keys', body: { name: 'busy' } })).body)
      const { stdout } = await host.exec(
        `curl -s -o /dev/null -w '%{http_code}\n' -H 'X-API-Key: ${key}' 'http://127.0.0.1:8080/api/v1/packets?n=[1-100]'`,
      )
      expect(stdout.trim().split('\n')).toEqual(Array(100).fill('200'))
      return stack.ask('/api/v1/packets', key)
    }
    const first = await flood()
    // Counted by the hour of the clock, which may have ended meanwhile; not twice in a row.
    const refused = first.status === 429 ? first : await flood()
    expect(refused).toMatchObject({ status: 429, body: '{"detail":"Rate limit exceeded"}' })
    expect(refused.headers).toMatch(/^retry-after: \d+$/im)
    expect(await stack.compose('exec', '-T', 'redis', 'redis-cli', '--raw', 'keys', 'hr:rate:*')).toContain('hr:rate:')
  })

  it('has metrics, with a series for every path', async () => {
    const { body } = await stack.ask('/metrics', '')
    expect(body).toContain('# TYPE handoffrail_requests_total counter')
    expect(body).toContain('# TYPE handoffrail_request_latency_seconds histogram')
    expect(body).toMatch(
      /^handoffrail_requests_total\{endpoint="\/api\/v1\/packets\/[0-9a-f-]+\/claim",method="POST",status_code="200"\} 1\.0$/m,
    )
    expect(body).toMatch(/^handoffrail_active_packets \d+\.0$/m)
    expect(body).toMatch(/^handoffrail_handoffs_total\{tenant_id="default"\} \d+\.0$/m)
  })

  it('logs as structlog does when nobody configures it, among the lines of uvicorn', async () => {
    const logs = await stack.logs('api')
    expect(logs).toMatch(
      /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[info {5}\] packet_claimed {17}agent=a packet_id=[0-9a-f-]{36}$/m,
    )
    expect(logs).toMatch(/INFO: {5}Application startup complete\.$/m)
    expect(logs).toMatch(/INFO: {5}[\d.]+:\d+ - "GET \/ready HTTP\/1\.1" 200 OK$/m)
    expect(await stack.logs('migration')).toContain(
      'INFO  [alembic.runtime.migration] Running upgrade 0002_tenants -> 0003_schemas',
    )
  })

  it('ends in order when it is asked to', async () => {
    await stack.compose('stop', 'api')
    expect(await stack.state('api')).toMatchObject({ status: 'exited', exitCode: 0 })
    expect(await stack.logs('api')).toContain('handoffrail_shutdown')
  })
})

/** What each version does wrong is told by its upgrade in `e2e/handoffrail.spec.ts`. */
describe('versions', () => {
  it('are all in the registry, each as another image', async () => {
    const { stdout } = await host.exec(['curl', '-fs', 'http://127.0.0.1:5000/v2/melabuilt-ai/handoffrail/tags/list'])
    const { tags } = JSON.parse(stdout) as { tags: string[] }
    expect(tags.toSorted()).toEqual(versions.map(({ version }) => version))
    const digests = await Promise.all(
      tags.map(async (tag) => {
        const url = `http://127.0.0.1:5000/v2/melabuilt-ai/handoffrail/manifests/${tag}`
        const accept = 'Accept: application/vnd.docker.distribution.manifest.v2+json'
        return (await host.exec(`curl -fsI -H '${accept}' ${url}`)).stdout.match(/docker-content-digest: (\S+)/i)?.[1]
      }),
    )
    expect(new Set(digests).size).toBe(versions.length)
  })

  it('0.3.0 adds roles, and 0.2.0 refuses what it leaves', async () => {
    await stack.reset()
    const { keys } = await stack.seed()
    const before = await fingerprint()
    expect(await stack.deploy('0.3.0')).toBe(true)
    expect(await stack.logs('migration')).toContain('Running upgrade 0003_schemas -> 0004_rbac, Roles of keys')
    expect(await schemaVersion()).toBe('0004_rbac')
    const after = await fingerprint()
    expect(after['public.packets']).toEqual(before['public.packets'])
    expect(after['public.api_keys']).not.toEqual(before['public.api_keys'])
    const roles = JSON.parse((await stack.ask('/api/v1/keys', keys[0])).body) as { role: string }[]
    expect(roles.map(({ role }) => role).toSorted()).toEqual(['admin', 'agent', 'agent', 'agent'])
    expect(await stack.handOver()).toEqual([201, 200])

    expect(await stack.deploy('0.2.0')).toBe(false)
    expect(await stack.state('migration')).toMatchObject({ status: 'exited', exitCode: 255 })
    expect(await stack.logs('migration')).toContain("Can't locate revision identified by '0004_rbac'")
    const downgrade = ['run', '--rm', '--no-deps', 'migration', 'alembic', 'downgrade', '-1']
    expect(await stack.compose(...downgrade)).toContain("Can't locate revision identified by '0004_rbac'")
    expect(await schemaVersion()).toBe('0004_rbac')

    await stack.deploy('0.3.0')
    await stack.compose(...downgrade)
    expect(await schemaVersion()).toBe('0003_schemas')
    expect((await fingerprint())['public.api_keys']).toEqual(before['public.api_keys'])
    expect(await stack.deploy('0.2.0')).toBe(true)
    expect(await stack.handOver()).toEqual([201, 200])
  })
})

describe('other ways of setting it up', () => {
  it('as published: everything is green, and PostgreSQL stays empty', async () => {
    await stack.replace('variants/sqlite-on-paper-postgres')
    expect(await stack.up()).toBe(true)
    await stack.seed()
    expect(await answerOf('/ready')).toBe(ready)
    expect(await systemHealth()).toMatchObject({ database_backend: 'sqlite', total_packets: 12 })
    const dump = await host.exec('docker exec handoffrail-db-1 pg_dump -U handoffrail handoffrail')
    expect(dump.stdout).not.toMatch(/CREATE TABLE|COPY /)
    expect(await stack.up('--force-recreate')).toBe(true)
    expect(await systemHealth()).toMatchObject({ total_packets: 0 })
  })

  it('as the guide says: migrations by hand, before the first start only', async () => {
    await stack.replace('variants/document')
    expect(await stack.up()).toBe(true)
    const output = await stack.compose('run', '--rm', 'api', 'alembic', 'upgrade', 'head')
    expect(output).toContain('relation "packets" already exists')
  })
})
