import { randomBytes, randomUUID } from 'node:crypto'
import { statusFor } from '../common/answers.js'
import { hasSecretsTable, projectSecret } from '../common/build.js'
import { HttpError } from '../common/http-server.js'
import { removeArtifacts } from './backup-storage.js'
import { settings } from './settings.js'
import { deprovision, provision, tenantOf } from './shared-cluster.js'
import { query } from './system-db.js'
import { requireRestorableBackup } from './trust.js'

const probeTimeoutMs = 4_000

export async function createProject(user, body) {
  const name = typeof body?.name === 'string' ? body.name.trim() : ''
  if (name === '') throw new HttpError(400, 'Expected JSON body with a string "name" field')
  const mode = body.mode ?? 'v2_shared'
  if (mode !== 'v2_shared') throw new HttpError(400, 'This stand-in makes projects of mode v2_shared only')
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const [known] = await query('SELECT 1 FROM projects WHERE user_id = $1 AND slug = $2', [user.id, slug])
  if (known) throw new HttpError(409, 'You already have a project with this name.')
  const project = { id: randomUUID(), slug, hash: randomBytes(4).toString('hex').slice(0, 7), mode }
  const projectJwtSecret = randomBytes(24).toString('hex')
  await provision(project.id)
  await insert(user, name, project, projectJwtSecret)
  console.log(`[flux] provision: ${slug} (${project.hash}) is ready on the shared cluster`)
  const summary = { slug, hash: project.hash, status: 'running', apiUrl: apiUrl(project) }
  return { status: 201, body: { summary, mode, projectJwtSecret, secrets: null } }
}

function insert(user, name, { id, slug, hash, mode }, secret) {
  const columns = 'id, user_id, name, slug, hash, mode'
  const values = [id, user.id, name, slug, hash, mode, secret]
  const row = `INSERT INTO projects (${columns}) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
  return hasSecretsTable
    ? query(`WITH made AS (${row}) INSERT INTO project_secrets SELECT id, $7 FROM made`, values)
    : query(`INSERT INTO projects (${columns}, jwt_secret) VALUES ($1, $2, $3, $4, $5, $6, $7)`, values)
}

/** A project of that user, with its secret. */
export async function findProject(user, hash) {
  if (!/^[0-9a-f]{7}$/.test(hash)) throw new HttpError(400, 'hash in path must be a 7-char hex id')
  const sql = `SELECT p.id, p.slug, p.hash, p.mode, ${projectSecret.column} AS "jwtSecret" FROM projects p ${projectSecret.join}
    WHERE p.user_id = $1 AND p.hash = $2`
  const [project] = await query(sql, [user.id, hash])
  if (project === undefined) throw new HttpError(404, 'Project not found')
  return project
}

/** All projects of that user, each probed as its clients reach it: at the gateway, by its Host header. */
export async function listProjects(user) {
  const rows = await query('SELECT slug, hash, mode FROM projects WHERE user_id = $1 ORDER BY slug', [user.id])
  const projects = rows.map(async (row) => ({ ...row, apiUrl: apiUrl(row), health: await probe(row) }))
  return { body: { projects: await Promise.all(projects) } }
}

export function describeProject({ id, slug, hash, mode }) {
  return { body: { slug, hash, mode, apiSchema: tenantOf(id).schema, description: null, brief: null } }
}

export function credentialsOf({ mode, slug, hash, jwtSecret }) {
  return { body: { mode, slug, hash, projectJwtSecret: jwtSecret } }
}

export async function deleteProject(project, { skipBackupCheck }) {
  if (!skipBackupCheck) await requireRestorableBackup(project)
  await deprovision(project.id)
  await query('DELETE FROM projects WHERE id = $1', [project.id])
  await removeArtifacts(project.id)
  return { body: { ok: true, mode: 'catalog', engine: project.mode, hash: project.hash } }
}

function apiUrl(project) {
  return `https://${hostOf(project)}`
}

function hostOf({ slug, hash }) {
  return `api--${slug}--${hash}.${settings.domain}`
}

/** 401 is a good answer: the tenant was found, and asks who is there. */
async function probe(project) {
  if (!settings.probeGatewayUrl) return 'unknown'
  const status = await statusFor(settings.probeGatewayUrl, hostOf(project), probeTimeoutMs)
  return status === 200 || status === 401 ? 'up' : 'down'
}
