import { verifyToken } from './access-token.js'
import { hashToken } from './bootstrap.js'
import { HttpError } from './http-error.js'

/** The organization that a request speaks for: by a user's access token (header or cookie), or a project token. */
export function createAuthenticate(pool, jwtSecret) {
  return async (request) => {
    const token = bearerOf(request) ?? cookieOf(request)
    if (token === null) throw new HttpError(401, 'sign in, or send a token')
    const { rows } = await findOrganization(pool, jwtSecret, token)
    if (rows.length === 0) throw new HttpError(401, 'the token is not valid')
    return rows[0]
  }
}

async function findOrganization(pool, jwtSecret, token) {
  if (token.startsWith('brt_')) {
    const query =
      'SELECT organizations.id, slug FROM organizations JOIN project_tokens ON org_id = organizations.id WHERE token_hash = $1'
    return await pool.query(query, [hashToken(token)])
  }
  const claims = verifyToken(jwtSecret, token)
  if (claims === null) return { rows: [] }
  return await pool.query('SELECT id, slug FROM organizations WHERE id = $1', [claims.org])
}

export function bearerOf(request) {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null
}

function cookieOf(request) {
  return /(?:^|; )brittle_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? null
}
