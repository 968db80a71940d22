import pg from 'pg'
import { log } from './log.js'

/** A pool that says so when the database goes away, and goes on when it is back. */
export function createDatabase(url) {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'brittle-hub',
    max: 5,
    connectionTimeoutMillis: 2000,
    query_timeout: 5000,
  })
  pool.on('error', (error) => log.error({ err: error }, 'lost a connection to the database'))
  return pool
}

/** Runs `work` with one connection, in a transaction that ends with it. */
export async function inTransaction(pool, work) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
