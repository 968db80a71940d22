import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseComposeModel } from '../../../electron/docker/compose-model.ts'
import { fitRunbook } from '../../../electron/stacks/fit-runbook.ts'
import { bindRunbook, readRunbookLibrary } from '../../../electron/stacks/runbook-library.ts'
import type { SampleHost } from '../../host/sample-host.ts'
import { startSampleHost } from '../../host/start-sample-host.ts'
import type { Exec } from '../parts/postgres-fingerprint.ts'
import { signProjectToken, tenantHost } from './access.ts'
import { exerciseFlux, inOrder } from './exercise.ts'
import { askCatalog } from './fingerprint.ts'
import type { SeededProject } from './seed.ts'
import { TestStack } from './test-stack.ts'
import { versions } from './versions.ts'

let host: SampleHost
let stack: TestStack

beforeAll(async () => {
  host = await startSampleHost({ stacks: ['flux'] })
  stack = await TestStack.open(host)
  await stack.untilMigrated()
})

afterAll(() => host?.dispose())

const exec: Exec = (argv, options) => host.exec(argv, options)
const web = '/api/cli/v1'
const createProject = async (name: string): Promise<SeededProject> => {
  const { json } = await stack.ask({ service: 'web', path: `${web}/create`, body: { name } })
  const { summary, projectJwtSecret } = json as { summary: SeededProject; projectJwtSecret: string }
  return { ...summary, jwtSecret: projectJwtSecret }
}
const push = ({ slug, hash }: SeededProject, sql: string) =>
  stack.ask({ service: 'web', path: `${web}/push`, body: { slug, hash, sql } })
const createBackup = (hash: string) =>
  stack.ask({ service: 'web', method: 'POST', path: `${web}/projects/${hash}/backups` })
const ordersOf = (project: SeededProject, overrides: { host?: string; token?: string } = {}) =>
  stack.send({
    service: 'gateway',
    path: '/orders',
    host: tenantHost(project),
    token: signProjectToken(project.jwtSecret),
    ...overrides,
  })

describe('a healthy stack', () => {
  it('says who it is, and how its database is', async () => {
    expect((await stack.ask({ service: 'web', path: '/api/health' })).json).toMatchObject({
      ok: true,
      status: 'ok',
      provenanceStatus: 'established',
      provenance: { version: '0.9.0', sourceSha: expect.stringMatching(/^[0-9a-f]{40}$/), dirtyAtBuild: false },
    })
    expect((await stack.send({ service: 'gateway', path: '/health' })).body).toBe('{"status":"ok"}')
    const deep = await stack.send({ service: 'gateway', path: '/health/deep' })
    expect(deep).toMatchObject({ status: 200, body: '{"ok":true,"db":"up","redis":null}' })
    expect(await stack.send({ service: 'postgrest', path: '/' })).toMatchObject({
      status: 401,
      headers: expect.stringContaining('postgrest-stand-in'),
    })
  })

  it('routes tenants by the Host header: the right one is asked for a token, every other is not found', async () => {
    const project = await createProject('Routed')
    await push(project, 'CREATE TABLE orders (id integer); INSERT INTO orders VALUES (7)')
    expect(await ordersOf(project)).toMatchObject({ status: 200, body: '[{"id":7}]' })
    expect((await ordersOf(project, { token: '' })).status).toBe(401)
    expect((await ordersOf(project, { token: signProjectToken('somebody else') })).status).toBe(401)
    for (const wrong of ['localhost', tenantHost({ ...project, slug: 'other' }), 'flux.localhost', '127.0.0.1:4000']) {
      expect(await ordersOf(project, { host: wrong }), wrong).toMatchObject({
        status: 404,
        body: '{"error":"tenant not found"}',
      })
    }
    const { json } = await stack.ask({ service: 'web', path: `${web}/list` })
    expect(json.projects).toMatchObject([{ slug: 'routed', health: 'up' }])
  })

  it('logs as the product does: labels and ISO times at the gateway, no msg on access lines, plain lines elsewhere', async () => {
    const lines = (await stack.logs('flux-node-gateway')).trim().split('\n')
    const access = lines.map((line) => JSON.parse(line)).find(({ status }) => status === 404)
    expect(access).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'flux-gateway',
      host: 'localhost',
      tenantId: null,
      mode: null,
      status: 404,
      duration_ms: expect.any(Number),
      rate_limited: false,
      cache: null,
    })
    const broken = await push({ slug: 'routed', hash: (await firstProject()).hash, jwtSecret: '' }, 'SELECT nonsense')
    expect(broken.status).toBe(500)
    expect(await stack.logs('flux-web')).toMatch(/^\[cli v1 push POST\] error: column "nonsense".*\n {4}at /m)
  })

  it('backs up, refuses a second backup at the same time, and destroys only what was restored once', async () => {
    const { hash } = await firstProject()
    const { json } = await stack.ask({ service: 'web', path: `${web}/projects/${hash}` })
    // Holds up pg_dump, so that the first backup is not over before the second is asked for.
    const psql = ['docker', 'exec', 'flux-postgres-v2', 'psql', '-AtU', 'postgres', '-c']
    const holding = host.exec([...psql, `LOCK TABLE ${json.apiSchema}.orders; SELECT pg_sleep(600)`]).catch(() => null)
    const holder = "FROM pg_stat_activity WHERE query LIKE 'LOCK TABLE %' AND wait_event = 'PgSleep'"
    await expect.poll(async () => (await host.exec([...psql, `SELECT count(*) ${holder}`])).stdout.trim()).toBe('1')
    const asked = [createBackup(hash), createBackup(hash)]
    await Promise.race(asked)
    await host.exec([...psql, `SELECT pg_terminate_backend(pid) ${holder}`])
    const answers = await Promise.all(asked)
    await holding
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const made = answers.find(({ status }) => status === 200)?.json as { backup: { id: string } } | undefined
    const remove = { service: 'web', method: 'DELETE', path: `${web}/projects/${hash}` } as const
    expect((await stack.ask(remove)).status).toBe(412)
    const backups = `${web}/projects/${hash}/backups`
    const verified = await stack.ask({ service: 'web', method: 'POST', path: `${backups}/${made?.backup.id}/verify` })
    expect(verified.json).toMatchObject({ ok: true, restoreVerificationStatus: 'restore_verified' })
    expect((await host.exec('docker ps -aq --filter name=flux-backup-verify')).stdout).toBe('')
    await host.exec([
      'docker',
      'exec',
      'flux-web',
      'sh',
      '-c',
      'for f in /srv/flux/backups/*/*.dump; do echo >> $f; done',
    ])
    const listed = await stack.ask({ service: 'web', path: backups })
    expect(listed.json.backups).toMatchObject([
      { artifactValidationStatus: 'artifact_invalid', restoreVerificationStatus: 'skipped', offsiteStatus: 'complete' },
    ])
    expect((await stack.ask(remove)).status).toBe(412)
    const removed = await stack.ask({ ...remove, path: `${remove.path}?skipBackupCheck=1` })
    expect(removed.json).toEqual({ ok: true, mode: 'catalog', engine: 'v2_shared', hash })
    expect((await host.exec('docker exec flux-web ls -A /srv/flux/backups')).stdout).toBe('')
  })

  it('runs as user 1001, in the group that may use the engine of the host', async () => {
    const { stdout } = await host.exec(['docker', 'exec', 'flux-web', 'grep', '-E', '^(Uid|Groups):', '/proc/1/status'])
    const { stdout: socket } = await host.exec(['stat', '-c', '%g', '/var/run/docker.sock'])
    expect(stdout.replace(/\s+/g, ' ')).toContain('Uid: 1001 1001 1001 1001')
    expect(stdout).toContain(`Groups:\t${socket.trim()}`)
  })

  it('says what to do where backups cannot be written', async () => {
    const moveBackups = async (from: string, to: string) => {
      await host.exec(['sed', '-i', `s#=${from}$#=${to}#`, '/home/deploy/flux/web.env'])
      await stack.compose('up', '-d', 'flux-web')
      await stack.untilMigrated()
    }
    await moveBackups('/srv/flux/backups', '/var/backups/flux')
    const { hash } = await createProject('Unwritable')
    const answer = await createBackup(hash)
    await moveBackups('/var/backups/flux', '/srv/flux/backups')
    expect(answer.status).toBe(500)
    expect(answer.json.error).toMatch(/^Backup storage is not writable \(EACCES\): cannot create .* uid 1001$/)
    expect((await createBackup(hash)).status).toBe(200)
  })
})

describe('the edge', () => {
  it('serves control plane and tenants behind a certificate for the domain and what is below it', async () => {
    const project = await createProject('Edge')
    const curl = async (name: string) => {
      await host.exec('docker exec flux-gateway cat /letsencrypt/ca.pem > /tmp/ca.pem')
      const argv = [
        'curl',
        '-s',
        '--cacert',
        '/tmp/ca.pem',
        '--resolve',
        `${name}:443:127.0.0.1`,
        '-w',
        ' %{http_code}',
      ]
      return (await host.exec([...argv, `https://${name}/api/health`])).stdout
    }
    expect(await curl('flux.localhost')).toMatch(/"ok":true.* 200$/)
    expect(await curl(tenantHost(project))).toMatch(/project token.* 401$/)
    expect(await curl('nobody.flux.localhost')).toMatch(/tenant not found.* 404$/)
  })
})

/** What the others do wrong is told by their upgrades in `e2e/flux.spec.ts`. */
describe('the versions', () => {
  it('are all in the registry', async () => {
    for (const name of ['flux-web', 'flux-gateway']) {
      const { stdout } = await host.exec(['curl', '-fs', `http://127.0.0.1:5000/v2/justinkemersion/${name}/tags/list`])
      const { tags } = JSON.parse(stdout) as { tags: string[] }
      expect(tags.sort()).toEqual(versions.flatMap(({ version, alsoTagged = [] }) => [version, ...alsoTagged]).sort())
    }
  })

  it('0.9.1 on the data of 0.10.0 is green and does not find a single tenant', async () => {
    await stack.reset()
    await stack.seed()
    expect(await stack.deploy('0.10.0')).toBe(true)
    await stack.untilMigrated()
    expect(await works()).toBe(true)
    expect(await stack.deploy('0.9.1')).toBe(true)
    const project = await firstTenant()
    expect((await stack.send({ service: 'web', path: '/api/health' })).status).toBe(200)
    expect((await stack.send({ service: 'gateway', path: '/health/deep' })).status).toBe(200)
    expect(await ordersOf(project)).toMatchObject({ status: 404 })
    expect(await works()).toBe(false)
  })
})

describe('four projects', () => {
  it('come up one after the other, as the product deploys them, and work together', async () => {
    await stack.compose('down', '--volumes', '--timeout', '3')
    const input = spawnSync('tar', ['-C', join(import.meta.dirname, 'variants/four-projects'), '-c', '.']).stdout
    await host.exec('mkdir /root/flux && tar -x -C /root/flux', { input })
    for (const folder of ['docker/traefik', 'docker/v2-shared', 'packages/gateway', 'docker/web']) {
      await host.exec(`cd flux/${folder} && docker compose up -d --quiet-pull`)
    }
    await stack.untilMigrated()
    await vi.waitFor(
      async () => expect((await stack.send({ service: 'gateway', path: '/health/deep' })).status).toBe(200),
      { timeout: 20_000, interval: 500 },
    )
    expect(await works()).toBe(true)
    const { stdout } = await host.exec('docker compose ls --format json')
    const projects = (JSON.parse(stdout) as { Name: string }[]).map(({ Name }) => Name)
    expect(projects.sort()).toEqual(['gateway', 'traefik', 'v2-shared', 'web'])
  })

  it('are bound to their runbook, which backs nothing up without the database', async () => {
    const bound = async (folder: string) => {
      const { stdout } = await host.exec(`cd flux/${folder} && docker compose config --format json`)
      const model = parseComposeModel(stdout, '')
      const { runbook, missing } = fitRunbook(bindRunbook(library, model).runbook, model)
      const data = runbook.backup?.datasets.map(({ id }) => id)
      return { id: runbook.id, missing, data, probes: runbook.probes.map(({ id }) => id) }
    }
    const builtIn = join(import.meta.dirname, '../../../assets/runbooks')
    const library = await readRunbookLibrary({ builtIn, user: join(builtIn, 'none') })
    expect(await bound('packages/gateway')).toEqual({
      id: 'flux',
      missing: ['postgres-v2'],
      data: undefined,
      probes: expect.arrayContaining(['gateway-ready', 'unknown-host']),
    })
    expect(await bound('docker/web')).toEqual({
      id: 'flux',
      missing: ['postgres-v2'],
      data: ['catalog', 'tenants', 'project-backups'],
      probes: expect.arrayContaining(['control-plane-health', 'tenants', 'client-tools', 'backup-folders']),
    })
  })
})

async function firstProject(): Promise<{ slug: string; hash: string }> {
  const { json } = await stack.ask({ service: 'web', path: `${web}/list` })
  const [project] = json.projects as { slug: string; hash: string }[]
  if (project === undefined) throw new Error('there is no project')
  return project
}

/** A project with its secret, read past the control plane. */
async function firstTenant(): Promise<SeededProject> {
  const sql = `SELECT json_build_object('slug', slug, 'hash', hash, 'jwtSecret', jwt_secret)
    FROM projects JOIN project_secrets ON id = project_id ORDER BY slug LIMIT 1`
  return JSON.parse(await askCatalog(exec, sql)) as SeededProject
}

async function works(): Promise<boolean> {
  return String(await exerciseFlux((request) => stack.ask(request))) === String(inOrder)
}
