import { build } from '../common/build.js'
import { logger } from './logger.js'
import { proxy } from './proxy.js'
import { pingRedis } from './redis.js'
import { settings } from './settings.js'
import { pingDatabase, resolveTenant } from './tenants.js'

/** Health, and everything else by the Host header. */
export async function handle(request) {
  if (request.path === '/health') return liveness()
  if (request.path === '/health/deep') return await readiness()
  return await routeToTenant(request)
}

/** The process is up; nothing else is asked. */
function liveness() {
  return build.mistake === 'UNHEALTHY' ? { status: 503, body: { status: 'starting' } } : { body: { status: 'ok' } }
}

/** Redis that is down is told, and does no harm. */
async function readiness() {
  const isUp = await pingDatabase()
  const redis = settings.redisUrl ? ((await pingRedis(settings.redisUrl)) ? 'up' : 'down') : null
  return { status: isUp ? 200 : 503, body: { ok: isUp, db: isUp ? 'up' : 'down', redis } }
}

async function routeToTenant(request) {
  const startedAt = Date.now()
  const host = request.headers.host ?? ''
  const tenant = await resolveTenant(host).catch((err) => {
    logger.error({ host, err }, 'tenant resolution error')
    return null
  })
  const answer =
    tenant === null ? { status: 404, body: { error: 'tenant not found' } } : await forward(request, tenant, host)
  logger.info({
    host,
    tenantId: tenant?.id ?? null,
    mode: tenant?.mode ?? null,
    status: answer.status,
    duration_ms: Date.now() - startedAt,
    rate_limited: false,
    cache: tenant?.cache ?? null,
  })
  return answer
}

async function forward(request, tenant, host) {
  try {
    return await proxy(request, tenant)
  } catch (err) {
    logger.error({ host, tenantId: tenant.id, err }, 'proxy error')
    return { status: 502, body: { error: 'upstream error' } }
  }
}
