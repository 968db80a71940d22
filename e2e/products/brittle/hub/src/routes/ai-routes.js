import { HttpError } from '../http-error.js'
import { readJson, requireTexts } from '../server.js'

const onKey = /^\/api\/ai\/keys\/(?<provider>[a-z]{1,40})$/

/** The organization's keys for AI providers; what the database holds of them is of no use without the secret. */
export function aiRoutes({ pool, authenticate, seal }) {
  async function keep({ request, params }) {
    const { id } = await authenticate(request)
    const body = await readJson(request)
    requireTexts(body, 'key')
    const { nonce, ciphertext, tag } = seal.close(body.key)
    const sql = `INSERT INTO ai_keys (org_id, provider, nonce, ciphertext, tag) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (org_id, provider) DO UPDATE SET nonce = $3, ciphertext = $4, tag = $5`
    await pool.query(sql, [id, params.provider, nonce, ciphertext, tag])
  }

  async function show({ request, params }) {
    const { id } = await authenticate(request)
    const sql = 'SELECT * FROM ai_keys WHERE org_id = $1 AND provider = $2'
    const [row] = (await pool.query(sql, [id, params.provider])).rows
    if (!row) throw new HttpError(404, 'there is no key for this provider')
    const key = seal.open(row)
    if (key === null) throw new HttpError(500, 'the key cannot be decrypted with the present secret')
    return { status: 200, body: { provider: row.provider, endsWith: key.slice(-4) } }
  }

  /** Whether all keys can still be read: not after BRITTLE_AI_SECRET_KEY was changed. */
  async function check({ request }) {
    const { id } = await authenticate(request)
    const { rows } = await pool.query('SELECT * FROM ai_keys WHERE org_id = $1', [id])
    const readable = rows.filter((row) => seal.open(row) !== null).length
    return { status: readable === rows.length ? 200 : 500, body: { keys: rows.length, readable } }
  }

  return [
    ['PUT', onKey, keep],
    ['GET', onKey, show],
    ['GET', /^\/api\/ai\/check$/, check],
  ]
}
