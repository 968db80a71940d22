import { isEqual } from '../access-token.js'
import { bearerOf } from '../authenticate.js'
import { readHealth } from '../health.js'
import { HttpError } from '../http-error.js'

const page =
  '<!doctype html><html lang="en"><title>Brittle</title><h1>Brittle</h1><p>Sessions are at /api/sessions.</p>'

/** What monitoring asks: health without a token; the rest with the internal one, and not at all while there is none. */
export function operatorRoutes({ pool, config }) {
  function authorize(request) {
    if (config.internalToken === '') throw new HttpError(503, 'the internal API has no token, and is off')
    if (!isEqual(bearerOf(request) ?? '', config.internalToken)) throw new HttpError(401, 'the token is not valid')
  }

  async function queue({ request }) {
    authorize(request)
    const { rows } = await pool.query('SELECT status, count(*)::int AS jobs FROM ai_jobs GROUP BY status')
    const byStatus = Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs]))
    return { status: 200, body: { queued: 0, running: 0, done: 0, failed: 0, ...byStatus } }
  }

  return [
    ['GET', /^\/$/, async () => ({ status: 200, body: page, type: 'text/html; charset=utf-8' })],
    ['GET', /^\/health$/, () => readHealth(pool)],
    ['GET', /^\/api\/internal\/queue$/, queue],
    ['GET', /^\/api\/internal\/.*$/, async ({ request }) => void authorize(request)],
  ]
}
