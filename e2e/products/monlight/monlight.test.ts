import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import { type Exec, serviceFacts } from './access.ts'
import { readFingerprint } from './fingerprint.ts'
import { TestStack } from './test-stack.ts'
import { services, versions } from './versions.ts'

const registry = 'localhost:5000/mattmezza/monlight'
let host: SampleHost
let stack: TestStack

beforeAll(async () => {
  host = await startSampleHost({ stacks: ['monlight'] })
  stack = await TestStack.open(host)
})

afterAll(() => host?.dispose())

const exec: Exec = (argv) => host.exec(argv)
const fingerprint = () => readFingerprint(exec)
const inRegistry = (path: string) => host.exec(['curl', '-fs', `http://127.0.0.1:5000/v2/${path}`])

describe('a healthy stack', () => {
  it('answers on /health with the bodies of the product', async () => {
    const bodies = await Promise.all(
      services.map(async (service) => {
        const { status, body } = await stack.send({ service, path: '/health' })
        return `${status} ${body.replace(/"\d{4}-[^"]*Z"|null/, 'TIME').replace(/: \d+/, ': N')}`
      }),
    )
    expect(bodies).toEqual([
      '200 {"status": "ok"}',
      '200 {"status": "ok", "logs_indexed": N, "last_ingest": TIME}',
      '200 {"status": "ok", "metrics_received_24h": N, "last_aggregation": TIME}',
      '200 {"status": "ok"}',
    ])
  })

  it('counts the same error once as new and then as known', async () => {
    const body = { project: 'p', exception_type: 'E', message: 'm', traceback: 'File "/a.py", line 3, in f' }
    const report = () => stack.ask({ service: 'error-tracker', path: '/api/errors', body })
    const first = await report()
    expect(first.status).toBe(201)
    expect(JSON.parse(first.body)).toEqual({ status: 'created', id: 1, fingerprint: expect.stringMatching(/^\w{32}$/) })
    const second = await report()
    expect(second.status).toBe(200)
    expect(JSON.parse(second.body)).toMatchObject({ status: 'existing', count: 2 })
    const { body: list } = await stack.ask({ service: 'error-tracker', path: '/api/errors?project=p' })
    expect(JSON.parse(list)).toMatchObject({ total: 1, errors: [{ count: 2, environment: 'prod' }] })
  })

  it('refuses what it does not know, does not trust or cannot read', async () => {
    const status = async (request: Parameters<TestStack['ask']>[0]) => (await stack.ask(request)).status
    const service = 'error-tracker'
    const path = '/api/errors'
    const noKey = await stack.send({ service, path })
    expect(noKey).toMatchObject({ status: 401, body: '{"detail": "Invalid API key"}' })
    expect(await status({ service, path, headers: { 'X-API-Key': 'wrong' } })).toBe(401)
    expect(await status({ service, path, headers: { 'X-API-Key': '' } })).toBe(401)
    const unknown = await stack.ask({ service, path: '/api/nothing' })
    expect(unknown).toMatchObject({ status: 404, body: '{"detail": "Not found"}' })
    expect(await status({ service: 'log-viewer', path: '/api/logs/stats' })).toBe(404)
    expect(await status({ service, path, body: '{' })).toBe(400)
    expect(await status({ service, path, body: { project: 'p' } })).toBe(400)
    expect(await status({ service, path, body: 'x'.repeat(256 * 1024 + 1) })).toBe(413)
  })

  it('forwards what browsers report to the services that keep it', async () => {
    const created = await stack.ask({ service: 'browser-relay', path: '/api/dsn-keys', body: { project: 'web' } })
    expect(created.status).toBe(201)
    const { id, public_key: key } = JSON.parse(created.body) as { id: number; public_key: string }
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    const report = (path: string, body: unknown) =>
      stack.send({ service: 'browser-relay', path, body, headers: { 'X-Monlight-Key': key } })
    const error = { type: 'TypeError', message: 'x', stack: 'TypeError: x\n  at f (app.js:1:2)' }
    expect((await report('/api/browser/errors', error)).status).toBe(201)
    const { body: errors } = await stack.ask({ service: 'error-tracker', path: '/api/errors?project=web' })
    expect(JSON.parse(errors)).toMatchObject({ total: 1, errors: [{ exception_type: 'TypeError' }] })
    const metrics = { metrics: [{ name: 'web_vitals_lcp', type: 'histogram', value: 3 }] }
    expect((await report('/api/browser/metrics', metrics)).status).toBe(202)
    const { body: names } = await stack.ask({ service: 'metrics-collector', path: '/api/metrics/names' })
    expect(names).toContain('web_vitals_lcp')
    await stack.ask({ service: 'browser-relay', method: 'DELETE', path: `/api/dsn-keys/${id}` })
    expect((await report('/api/browser/errors', error)).status).toBe(401)
  })

  it('answers preflights for the allowed origins only', async () => {
    const preflight = (Origin: string) =>
      stack.send({ service: 'browser-relay', method: 'OPTIONS', path: '/api/browser/errors', headers: { Origin } })
    const allowed = await preflight('https://shop.example.com')
    expect(allowed.status).toBe(204)
    expect(allowed.headers).toContain('Access-Control-Allow-Origin: https://shop.example.com')
    expect((await preflight('https://evil.example.com')).headers).not.toContain('Access-Control')
  })

  it('reads the log lines of the other containers', async () => {
    await vi.waitFor(
      async () => {
        const { body } = await stack.ask({
          service: 'log-viewer',
          path: '/api/logs?container=monlight-browser-relay-1',
        })
        expect(body).toContain('"level":"INFO","message":"info: DSN key created')
      },
      { timeout: 10_000, interval: 500 },
    )
  })

  it('stays within its memory under a burst, and limits the rate', async () => {
    const url = `http://127.0.0.1:${serviceFacts['error-tracker'].port}/api/errors?n=[1-1000]`
    const flood = ['curl', '-s', '-Z', '--parallel-max', '40', '-o', '/dev/null', '-w', '%{http_code}\n', url]
    const { stdout } = await host.exec(flood)
    expect(stdout.trim().split('\n')).toHaveLength(1000)
    const refused = await stack.ask({ service: 'error-tracker', path: '/api/errors' })
    expect(refused.status).toBe(429)
    expect(refused.body).toMatch(/^\{"detail": "Rate limit exceeded", "retry_after": \d+\}$/)
    expect((await stack.send({ service: 'error-tracker', path: '/health' })).status).toBe(200)
    const { stdout: used } = await host.exec(['docker', 'stats', '--no-stream', '--format', '{{.MemUsage}}'])
    expect(used.trim().split('\n')).toHaveLength(services.length)
    for (const line of used.trim().split('\n')) expect(line).toMatch(/^[\d.]+[KM]iB \/ 30MiB$/)
    expect(await stack.state('error-tracker')).toMatchObject({ status: 'running', restarts: 0 })
  })

  it('ends in order when it is asked to', async () => {
    await stack.compose('stop')
    for (const service of services) expect(await stack.state(service)).toMatchObject({ status: 'exited', exitCode: 0 })
    await stack.deploy('0.10.0')
  })
})

describe('keys', () => {
  const image = `${registry}/error-tracker:0.10.0`

  it('have to be set', async () => {
    const { stdout } = await host.exec(`docker run --rm ${image} 2>&1; echo code $?`)
    expect(stdout).toBe("FATAL: required environment variable 'API_KEY' is not set\ncode 1\n")
  })

  it('are empty in a stack set up as the quick start says', async () => {
    const input = spawnSync('tar', ['-C', join(import.meta.dirname, 'variants/quick-start'), '-c', '.']).stdout
    await host.exec('mkdir /root/quick-start && tar -x -C /root/quick-start', { input })
    const environments = async (options: string) => {
      const { stdout } = await host.exec(`cd quick-start && docker compose ${options} config --format json`)
      const config = JSON.parse(stdout) as { services: Record<string, { environment: Record<string, string> }> }
      return services.map((service) => config.services[service]?.environment)
    }
    const asDocumented = await environments('')
    for (const environment of asDocumented) expect(environment?.API_KEY ?? environment?.ADMIN_API_KEY).toBe('')
    expect(asDocumented[3]?.ERROR_TRACKER_API_KEY).toBe('')
    const asRight = await environments('--env-file deploy/secrets.env')
    for (const environment of asRight) {
      expect(environment?.API_KEY ?? environment?.ADMIN_API_KEY).toMatch(/^[0-9a-f]{32}$/)
    }
  })

  it('may be empty, and then the API is open', async () => {
    await host.exec(`docker run --detach --rm --name open --env API_KEY= --publish 127.0.0.1:5999:8000 \
      --mount type=tmpfs,dst=/app/data ${image}`)
    const status = (header: string) =>
      host.exec(
        `curl -s --retry 5 --retry-all-errors -o /dev/null -w '%{http_code}' ${header} 127.0.0.1:5999/api/errors`,
      )
    expect((await status("-H 'X-API-Key;'")).stdout).toBe('200')
    expect((await status('')).stdout).toBe('401')
    await host.exec('docker stop open')
  })
})

describe('the registry', () => {
  it('has every version of every service, in images below 20 MB', async () => {
    for (const service of services) {
      const { tags } = JSON.parse((await inRegistry(`mattmezza/monlight/${service}/tags/list`)).stdout)
      const expected = versions.flatMap(({ version, alsoTagged = [] }) => [version, ...alsoTagged])
      expect([...tags].sort()).toEqual(expected.sort())
    }
    const { stdout } = await host.exec([
      'docker',
      'image',
      'inspect',
      '-f',
      '{{.Size}}',
      `${registry}/error-tracker:0.10.0`,
    ])
    expect(Number(stdout)).toBeLessThan(20_000_000)
  })
})

/** What the others do wrong is told by their upgrades in `e2e/upgrade.spec.ts`. */
describe('versions', () => {
  it('0.11.0 migrates, and its data is of no use to 0.10', async () => {
    await stack.reset()
    await stack.seed()
    const before = await fingerprint()
    expect(before.schemaVersions).toEqual(Object.fromEntries(services.map((service) => [service, 3])))
    expect(await stack.deploy('0.11.0')).toBe(true)
    for (const service of services) {
      const logs = await stack.logs(service)
      expect(logs).toContain('info: current schema version: 3, 4 migrations available')
      expect(logs).toContain('info: applying migration 4...')
      expect(logs).toContain('info: all migrations applied, schema version is now 4')
    }
    const after = await fingerprint()
    expect(after.schemaVersions).toEqual(Object.fromEntries(services.map((service) => [service, 4])))
    expect(after.tables['error-tracker.error_occurrences']?.rows).toBe(27)
    expect(after.tables['error-tracker.errors']?.sha256).not.toBe(before.tables['error-tracker.errors']?.sha256)
    expect(await stack.reportNewError()).toBe(201)
    expect(await stack.deploy('0.10.0')).toBe(true)
    expect(await stack.logs('error-tracker')).toContain('info: schema is up to date')
    expect((await stack.send({ service: 'error-tracker', path: '/health' })).status).toBe(200)
    expect(await stack.reportNewError()).toBe(500)
  })
})
