import { createHmac, timingSafeEqual } from 'node:crypto'

const validSeconds = 12 * 3600
const header = encode({ alg: 'HS256', typ: 'JWT' })

/** A JSON Web Token that says which organization's user somebody is. */
export function signToken(secret, claims) {
  const now = Math.floor(Date.now() / 1000)
  const signed = `${header}.${encode({ ...claims, iat: now, exp: now + validSeconds })}`
  return `${signed}.${sign(secret, signed)}`
}

/** Its claims, or null if another secret signed it, or it is too old. */
export function verifyToken(secret, token) {
  const [head, body, signature = ''] = token.split('.')
  const expected = sign(secret, `${head}.${body}`)
  if (head !== header || !isEqual(signature, expected)) return null
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  return claims.exp > Date.now() / 1000 ? claims : null
}

/** Compares without telling by its time how much is right. */
export function isEqual(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function sign(secret, text) {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
