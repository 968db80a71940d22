import { bearerOf, sign, verify } from '../common/jwt.js'
import { settings } from './settings.js'

const tokenSeconds = 300
const timeoutMs = 8_000
const passedOn = ['accept', 'content-type', 'prefer', 'range']

/** Hands a tenant's request to PostgREST under a token of the gateway's own. */
export async function proxy(request, tenant) {
  const claims = verify(bearerOf(request.headers), tenant.jwtSecret)
  if (claims === null) return { status: 401, body: { error: 'a valid project token is required' } }
  const short = tenant.id.replaceAll('-', '').slice(0, 12)
  const schema = `t_${short}_api`
  const exp = Math.floor(Date.now() / 1000) + tokenSeconds
  const token = sign({ ...claims, role: `t_${short}_role`, exp }, settings.jwtSecret)
  const kept = passedOn.flatMap((name) => (request.headers[name] ? [[name, request.headers[name]]] : []))
  const response = await fetch(`${settings.poolUrl}${request.path}?${request.query}`, {
    method: request.method,
    headers: {
      ...Object.fromEntries(kept),
      authorization: `Bearer ${token}`,
      'accept-profile': schema,
      'content-profile': schema,
    },
    body: ['GET', 'HEAD'].includes(request.method) ? null : await request.body(),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const headers = { 'content-type': response.headers.get('content-type') ?? 'application/json' }
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) }
}
