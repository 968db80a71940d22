import { createHmac, timingSafeEqual } from 'node:crypto'

/** A JSON Web Token signed by HS256, the only kind that the product uses between its parts. */
export function sign(claims, secret) {
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${head}.${signature(head, secret)}`
}

/** The claims of a token; null if it is not signed with that secret, or has expired. */
export function verify(token, secret) {
  const [header = '', payload = '', given = ''] = token.split('.')
  const expected = signature(`${header}.${payload}`, secret)
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null
  const claims = decode(payload)
  if (decode(header)?.alg !== 'HS256' || claims === null) return null
  return typeof claims.exp === 'number' && claims.exp < Date.now() / 1000 ? null : claims
}

/** The token of an `Authorization: Bearer …` header; empty without one. */
export function bearerOf(headers) {
  return /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

function signature(text, secret) {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part) {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return null
  }
}
