import { HttpError } from '../common/http-server.js'
import { bearerOf } from '../common/jwt.js'
import { query, sha256 } from './system-db.js'

/** The user whose CLI key a request carries. */
export async function authorize(request) {
  const key = bearerOf(request.headers)
  // The database is asked even without a key, as in the product: with a broken schema nobody gets as far as a 401.
  const [user] = await query('SELECT user_id AS id FROM api_keys WHERE key_sha256 = $1', [sha256(key)])
  if (user === undefined) throw new HttpError(401, 'Unauthorized')
  return user
}
