import { randomBytes } from 'node:crypto'
import { signToken } from '../access-token.js'
import { hashToken } from '../bootstrap.js'
import { HttpError } from '../http-error.js'
import { hashPassword, isPassword } from '../password.js'
import { readJson, requireTexts } from '../server.js'

/** Users, their access tokens, and the tokens of reporters. */
export function accountRoutes({ pool, config, authenticate }) {
  /** The first user makes the others; there is nobody yet to ask who that is. */
  async function setUp({ request }) {
    const body = await readJson(request)
    requireTexts(body, 'email', 'password')
    const sql = `INSERT INTO users (org_id, email, password_hash)
      SELECT id, $2, $3 FROM organizations WHERE slug = $1 AND NOT EXISTS (SELECT FROM users) RETURNING id`
    const hash = await hashPassword(body.password)
    const { rows } = await pool.query(sql, [config.organization, body.email, hash])
    if (rows.length === 0) throw new HttpError(409, 'there is a user already')
    return { status: 201, body: rows[0] }
  }

  async function signIn({ request }) {
    const body = await readJson(request)
    requireTexts(body, 'email', 'password')
    const sql = 'SELECT id, org_id, password_hash FROM users WHERE email = $1'
    const [user] = (await pool.query(sql, [body.email])).rows
    if (!user || !(await isPassword(body.password, user.password_hash))) throw new HttpError(401, 'wrong password')
    const token = signToken(config.jwtSecret, { sub: user.id, org: user.org_id })
    const headers = { 'Set-Cookie': `brittle_session=${token}; HttpOnly; SameSite=Lax; Path=/` }
    return { status: 200, body: { token }, headers }
  }

  async function whoAmI({ request }) {
    const { slug } = await authenticate(request)
    return { status: 200, body: { organization: slug } }
  }

  async function createProjectToken({ request }) {
    const organization = await authenticate(request)
    const body = await readJson(request)
    requireTexts(body, 'name')
    const token = `brt_${randomBytes(24).toString('hex')}`
    const sql = 'INSERT INTO project_tokens (org_id, name, token_hash) VALUES ($1, $2, $3) RETURNING id'
    const { rows } = await pool.query(sql, [organization.id, body.name, hashToken(token)])
    return { status: 201, body: { id: rows[0].id, token } }
  }

  async function removeProjectToken({ request, params }) {
    const organization = await authenticate(request)
    const sql = 'DELETE FROM project_tokens WHERE org_id = $1 AND id = $2'
    const { rowCount } = await pool.query(sql, [organization.id, params.id])
    if (rowCount === 0) throw new HttpError(404, 'there is no such token')
  }

  return [
    ['POST', /^\/api\/setup$/, setUp],
    ['POST', /^\/api\/auth\/login$/, signIn],
    ['GET', /^\/api\/auth\/me$/, whoAmI],
    ['POST', /^\/api\/project-tokens$/, createProjectToken],
    ['DELETE', /^\/api\/project-tokens\/(?<id>[0-9a-f-]{36})$/, removeProjectToken],
  ]
}
