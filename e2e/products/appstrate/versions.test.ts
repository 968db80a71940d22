import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import { type Exec, openAccount } from './access.ts'
import { query, readFingerprint } from './fingerprint.ts'
import { runToEnd, type Seeded, seedAppstrate } from './seed.ts'
import { TestStack } from './test-stack.ts'

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

describe('versions', () => {
  const seedAnew = async () => {
    await stack.reset()
    seeded = await seedAppstrate(stack.send)
    return await fingerprint()
  }
  const startAnew = async () => {
    await stack.reset()
    seeded = { ...seeded, ...(await openAccount(stack.send, 'newcomer')) }
  }

  it('beta.42 and beta.9 keep data and schema', async () => {
    const before = await seedAnew()
    expect(before).toMatchObject({
      migrations: 30,
      tables: { agents: { rows: 4 }, runs: { rows: 1 }, connections: { rows: 1 }, uploads: { rows: 1 } },
      schedules: [expect.stringMatching(/^sch_\w+ 21600000 \d+$/)],
    })
    for (const version of ['1.0.0-beta.42', '1.0.0-beta.9', '1.0.0-beta.41']) {
      expect(await stack.deploy(version)).toBe(true)
      expect((await health()).json.version.app).toBe(`v${version}`)
      expect(await fingerprint()).toEqual(before)
    }
    expect(await makeAgent()).toBe(201)
    expect(await fingerprint()).not.toEqual(before)
  })

  it('beta.45 migrates, and beta.41 works on its data', async () => {
    const before = await seedAnew()
    expect(await stack.deploy('1.0.0-beta.45')).toBe(true)
    expect(await stack.logs()).toContain('"msg":"Core migrations applied"')
    const after = await fingerprint()
    expect(after.migrations).toBe(33)
    expect(after.tables.runs?.md5).not.toBe(before.tables.runs?.md5)
    expect(after.tables.agents).toEqual(before.tables.agents)
    expect(await query(exec, 'SELECT count(*) FROM runs WHERE duration_ms > 0')).toBe('1\n')
    expect(await stack.deploy('1.0.0-beta.41')).toBe(true)
    expect(await makeAgent()).toBe(201)
    expect(await runToEnd(stack.send, seeded.apiKey, seeded.agentIds[0] ?? '')).toContain('Agent 0')
  })

  it('beta.51 goes forward only: beta.41 on its data is green and fails', async () => {
    const before = await seedAnew()
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

  it('beta.52 starts for ever', async () => {
    await startAnew()
    expect(await stack.deploy('1.0.0-beta.52')).toBe(false)
    expect(await stack.state()).toMatchObject({ status: 'running', health: 'unhealthy', restarts: 0 })
    const { status, json } = await health()
    expect({ status, told: json.status }).toEqual({ status: 503, told: 'starting' })
    expect((await fingerprint()).migrations).toBe(30)
  })

  it('beta.53 stops half-way through its migrations, and what it did stays', async () => {
    await startAnew()
    expect(await stack.deploy('1.0.0-beta.53')).toBe(false)
    await until(async () => expect(await stack.logs()).toContain('column \\"url\\" does not exist'))
    expect(await stack.logs()).toContain('column \\"attempt_no\\" does not exist')
    expect((await fingerprint()).migrations).toBe(39)
    expect(await query(exec, "SELECT count(*) FROM pg_attribute WHERE attname = 'target_url'")).toBe('1\n')
    expect(await stack.deploy('1.0.0-beta.41')).toBe(true)
    expect((await stack.send({ path: '/api/webhooks', as: seeded.apiKey })).status).toBe(500)
  })

  it('beta.54 becomes healthy and crashes again and again', async () => {
    await startAnew()
    await stack.deploy('1.0.0-beta.54')
    await until(async () => expect((await stack.state()).restarts).toBeGreaterThan(1))
    expect(await stack.logs()).toContain('"msg":"Server ready"')
    expect(await stack.logs()).toContain('TypeError')
  })

  it('beta.55 is healthy and makes no agents', async () => {
    await startAnew()
    expect(await stack.deploy('1.0.0-beta.55')).toBe(true)
    expect((await health()).json.status).toBe('healthy')
    expect((await stack.send({ path: '/api/agents', as: seeded.apiKey })).status).toBe(200)
    expect(await makeAgent()).toBe(500)
  })

  it('beta.56 is degraded for ever: 200 for those who ask, unhealthy for the engine', async () => {
    await startAnew()
    expect(await stack.deploy('1.0.0-beta.56')).toBe(false)
    const { status, json } = await health()
    expect({ status, told: json.status, checks: json.checks }).toMatchObject({
      status: 200,
      told: 'degraded',
      checks: { database: { status: 'healthy' }, agents: { status: 'degraded' } },
    })
    expect(await stack.state()).toMatchObject({ status: 'running', health: 'unhealthy', restarts: 0 })
    expect(await stack.logs()).toMatch(/"level":40.*"msg":"Could not initialize container orchestrator"/)
    expect(await makeAgent()).toBe(201)
  })
})
