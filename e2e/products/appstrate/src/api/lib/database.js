import pg from 'pg'
import { logger } from './logger.js'

const connectTimeoutMs = 3_000

/** The connections to the database. A broken one is replaced by the next query. */
export function openDatabase(url) {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: connectTimeoutMs })
  pool.on('error', (error) => logger.warn({ error: error.message }, 'Database connection lost'))
  return {
    pool,
    /** All rows. */
    async rows(sql, ...values) {
      return (await pool.query(sql, values)).rows
    },
    /** The first row, or undefined. */
    async row(sql, ...values) {
      return (await pool.query(sql, values)).rows[0]
    },
    close: () => pool.end(),
  }
}
