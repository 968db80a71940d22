import { logger } from './logger.js'
import { Problem } from './problem.js'
import { mac, sha256 } from './seal.js'

const keyPrefix = 'ask_'

/**
 * Lets in who has an API key, or a session and the `X-Org-Id` of an organization it belongs to; leaves `who` (with
 * `orgId`) in the context.
 */
export async function requireOrg(context, next) {
  const who = await identify(context)
  if (!who.orgId) throw new Problem(400, 'org_required', 'X-Org-Id names the organization')
  await limitRate(context, who.orgId)
  context.set('who', who)
  await next()
}

/** Lets in who has a session; leaves `who` (with `userId`) in the context. */
export async function requireUser(context, next) {
  const who = await identify(context)
  if (!who.userId) throw new Problem(403, 'user_required', 'An API key cannot do this')
  context.set('who', who)
  await next()
}

/** A session's token: its id, signed, so that it dies with the secret. */
export function sessionToken(id, secret) {
  return `${id}.${mac(id, secret)}`
}

async function identify(context) {
  const [scheme, token = ''] = (context.req.header('Authorization') ?? '').split(' ')
  const who =
    scheme === 'Bearer'
      ? await (token.startsWith(keyPrefix) ? byApiKey(context, token) : bySession(context, token))
      : undefined
  if (!who) throw new Problem(401, 'unauthorized', 'Authentication is required')
  return who
}

async function byApiKey(context, key) {
  const { database } = context.get('services')
  const found = await database.row(
    'UPDATE api_keys SET last_used_at = now() WHERE hash = $1 RETURNING id, org_id, application_id',
    sha256(key),
  )
  if (!found) return undefined
  const who = { orgId: found.org_id, applicationId: found.application_id, apiKeyId: found.id }
  const endUserId = context.req.header('Appstrate-User')
  return endUserId === undefined ? who : await asEndUser(context, who, endUserId)
}

async function asEndUser(context, who, endUserId) {
  const { database } = context.get('services')
  const sql = 'SELECT id FROM end_users WHERE id = $1 AND application_id = $2'
  if (!(await database.row(sql, endUserId, who.applicationId))) throw new Problem(403, 'unknown_end_user', endUserId)
  const { apiKeyId, applicationId } = who
  const requestId = context.get('requestId')
  logger.info({ requestId, apiKeyId, endUserId, applicationId }, 'Appstrate-User end-user context')
  return { ...who, endUserId }
}

async function bySession(context, token) {
  const { database, settings } = context.get('services')
  const [id = ''] = token.split('.')
  if (token !== sessionToken(id, settings.secrets.auth)) return undefined
  const session = await database.row('SELECT user_id FROM sessions WHERE id = $1 AND expires_at > now()', id)
  if (!session) return undefined
  const sql = 'SELECT org_id FROM members WHERE user_id = $1 AND org_id = $2'
  const member = await database.row(sql, session.user_id, context.req.header('X-Org-Id') ?? '')
  return { userId: session.user_id, orgId: member?.org_id }
}

async function limitRate(context, orgId) {
  const { queues, settings } = context.get('services')
  if ((await queues.countRequest(orgId)) > settings.runLimits.per_org_global_rate_per_min) {
    throw new Problem(429, 'rate_limited', 'Too many requests in this minute', { 'Retry-After': '60' })
  }
}
