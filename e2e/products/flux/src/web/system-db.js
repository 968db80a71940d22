import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from './migrations.js'
import { settings } from './settings.js'

const pool = new pg.Pool({ connectionString: settings.systemDatabaseUrl, max: 8, connectionTimeoutMillis: 3_000 })
// A connection that breaks while nobody uses it: the next query says what there is to say.
pool.on('error', () => {})

let ready

/** Asks the system database, which is brought to its schema by whoever comes first; nothing is remembered of a failure. */
export async function query(sql, parameters) {
  await initialize()
  return (await pool.query(sql, parameters)).rows
}

export function initialize() {
  ready ??= prepare().catch((error) => {
    ready = undefined
    throw error
  })
  return ready
}

/** Migrates without waiting for a request. The process serves whatever becomes of it. */
export async function initializeAtStart() {
  for (let waitMs = 1_000; ; waitMs = Math.min(2 * waitMs, 60_000)) {
    try {
      return await initialize()
    } catch (error) {
      console.error('[flux] system-db: initialization failed', error)
    }
    await sleep(waitMs)
  }
}

async function prepare() {
  const client = new pg.Client({ connectionString: settings.systemDatabaseUrl, connectionTimeoutMillis: 3_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await migrate(client)
    if (settings.apiToken) await registerOperator(client)
  } finally {
    await client.end()
  }
}

/** There is no sign-in by GitHub here: the operator and their CLI key come from the environment. */
async function registerOperator(client) {
  const user = `INSERT INTO users (name) VALUES ('operator') ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`
  const [{ id }] = (await client.query(user)).rows
  const key = 'INSERT INTO api_keys (key_sha256, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING'
  await client.query(key, [sha256(settings.apiToken), id])
}

export function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}
