import { createReadStream } from 'node:fs'
import { build } from '../common/build.js'
import { HttpError, readJson } from '../common/http-server.js'
import { authorize } from './auth.js'
import { findBackup, listBackups } from './backup-catalog.js'
import { createBackup } from './backup-create.js'
import { artifactPath } from './backup-storage.js'
import { verifyBackup } from './backup-verify.js'
import { migrateTenant } from './migrate-tenant.js'
import * as projects from './projects.js'
import { healthBody } from './provenance.js'
import { inspect, push } from './shared-cluster.js'

const project = '/api/cli/v1/projects/(?<hash>[^/]+)'

/** What the control plane answers to: method, path, and the handler, which gets the request, the user and the path's parts. */
const routes = [
  ['GET', '/api/cli/v1/auth/verify', () => ({ body: { ok: true } })],
  ['GET', '/api/cli/v1/list', (_request, user) => projects.listProjects(user)],
  ['POST', '/api/cli/v1/create', async (request, user) => projects.createProject(user, await readJson(request))],
  ['POST', '/api/cli/v1/push', pushSql],
  ['POST', '/api/cli/v1/migrate', migrate],
  [
    'GET',
    project,
    async (_request, user, { hash }) => projects.describeProject(await projects.findProject(user, hash)),
  ],
  ['DELETE', project, remove],
  [
    'GET',
    `${project}/credentials`,
    async (_request, user, { hash }) => projects.credentialsOf(await projects.findProject(user, hash)),
  ],
  ['POST', `${project}/schema-inspection`, inspectSchema],
  ['GET', `${project}/backups`, list],
  ['POST', `${project}/backups`, create],
  ['POST', `${project}/backups/(?<id>[^/]+)/verify`, verify],
  ['GET', `${project}/backups/(?<id>[^/]+)/download`, download],
].map(([method, path, handle]) => ({ method, pattern: new RegExp(`^${path}$`), path, handle }))

export async function handle(request) {
  if (request.method === 'GET' && request.path === '/api/health') return { body: healthBody() }
  for (const route of routes) {
    const match = route.method === request.method ? route.pattern.exec(request.path) : null
    if (match) return await handleAs(route, request, match.groups ?? {})
  }
  throw new HttpError(404, 'Not found')
}

/** A failure of the server's own is logged as the product logs it: a word on where, then the error over several lines. */
async function handleAs(route, request, parts) {
  try {
    return await route.handle(request, await authorize(request), parts)
  } catch (error) {
    if (!(error instanceof HttpError))
      console.error(`[cli v1 ${request.path.split('/').at(-1)} ${request.method}]`, error)
    throw error
  }
}

async function pushSql(request, user) {
  const { slug, hash, sql } = (await readJson(request)) ?? {}
  if ([slug, hash, sql].some((value) => typeof value !== 'string')) {
    throw new HttpError(400, 'Expected JSON body with string "slug", "hash", and "sql" fields')
  }
  const { id } = await projects.findProject(user, hash)
  if (build.mistake === 'PUSH') throw new TypeError("Cannot read properties of undefined (reading 'ledger')")
  await push(id, sql)
  return { body: { ok: true, tablesMoved: 0, sequencesMoved: 0, viewsMoved: 0 } }
}

async function migrate(request, user) {
  const body = (await readJson(request)) ?? {}
  return await migrateTenant(await projects.findProject(user, String(body.hash)), body)
}

async function remove(request, user, { hash }) {
  const skipBackupCheck = ['1', 'true', 'yes'].includes(request.query.get('skipBackupCheck') ?? '')
  return await projects.deleteProject(await projects.findProject(user, hash), { skipBackupCheck })
}

async function inspectSchema(request, user, { hash }) {
  const { id } = await projects.findProject(user, hash)
  const { includeExactCounts = false } = (await readJson(request)) ?? {}
  return { body: await inspect(id, { includeExactCounts }) }
}

async function list(_request, user, { hash }) {
  return { body: { backups: await listBackups(await projects.findProject(user, hash)) } }
}

async function create(_request, user, { hash }) {
  return { body: { backup: await createBackup(await projects.findProject(user, hash)) } }
}

async function verify(_request, user, { hash, id }) {
  const backup = await requireBackup(user, hash, id)
  await verifyBackup(backup)
  return { body: { ok: true, backupId: backup.id, restoreVerificationStatus: 'restore_verified' } }
}

async function download(_request, user, { hash, id }) {
  const backup = await requireBackup(user, hash, id)
  const headers = { 'content-type': 'application/octet-stream' }
  return { headers, body: createReadStream(artifactPath(backup)) }
}

async function requireBackup(user, hash, id) {
  const backup = await findBackup(await projects.findProject(user, hash), id)
  if (backup === undefined) throw new HttpError(404, 'Backup not found')
  return backup
}
