import { build } from './build.js'

const patienceMs = 2_000

/**
 * `degraded` is a 200 as `healthy` is: only a database that does not answer makes it 503. Redis and the bucket are not
 * asked at all.
 */
export async function health(context, state) {
  const version = { app: `v${build.version}`, commit: build.commit }
  if (!state.services) return context.json({ status: 'starting', version }, 503, { 'Retry-After': '1' })
  const database = await checkDatabase(state.services.database)
  const agents = { status: state.services.orchestrator.isHealthy() ? 'healthy' : 'degraded' }
  const status = database.status === 'unhealthy' ? 'unhealthy' : agents.status
  const body = { status, version, uptime_ms: Date.now() - state.startedAt, checks: { database, agents } }
  return context.json(body, status === 'unhealthy' ? 503 : 200)
}

async function checkDatabase(database) {
  const askedAt = Date.now()
  let timer
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('The database does not answer')), patienceMs)
  })
  try {
    await Promise.race([database.rows('SELECT 1'), tooLate])
    return { status: 'healthy', latency_ms: Date.now() - askedAt }
  } catch {
    return { status: 'unhealthy', latency_ms: Date.now() - askedAt }
  } finally {
    clearTimeout(timer)
  }
}
