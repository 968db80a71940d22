import { log } from './log.js'
import { countPending } from './migrations.js'

/** 200 only if the database answers and has all migrations of this release. */
export async function readHealth(pool) {
  try {
    const pending = await countPending(pool)
    return pending === 0
      ? { status: 200, body: { status: 'ok', database: 'up', migrations: 'current' } }
      : { status: 503, body: { status: 'unavailable', database: 'up', migrations: `${pending} pending` } }
  } catch (error) {
    // Without any history there is a database, but nothing was ever applied.
    if (error.code === '42P01')
      return { status: 503, body: { status: 'unavailable', database: 'up', migrations: 'none' } }
    log.warn({ err: error }, 'health: the database does not answer')
    return { status: 503, body: { status: 'unavailable', database: 'down' } }
  }
}
