import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { build } from './build.js'
import { logger } from './logger.js'
import { migrateModules } from './module-migrations.js'

/** Whoever migrates holds this lock; the others wait. */
const advisoryLock = '7246811234567890'
const folder = fileURLToPath(new URL('../drizzle', import.meta.url))

/**
 * Brings the database to this version's schema: all core migrations in one transaction, then those of the modules.
 * drizzle applies what is newer than the newest one applied; a database that is newer than this image passes unseen.
 */
export async function migrateDatabase(url) {
  await withLock(url, async (client) => {
    const own = build.mistake === 'DEADLOCK' ? migrateUnderOwnLock(url) : applyCore(client)
    await own
    logger.info('Core migrations applied')
    await migrateModules(client)
  })
}

function applyCore(client) {
  const options = { migrationsFolder: folder, migrationsSchema: 'drizzle', migrationsTable: '__drizzle_migrations' }
  return migrate(drizzle(client), options)
}

/** Asks for the lock on a second connection while the first one holds it: this never ends. */
function migrateUnderOwnLock(url) {
  return withLock(url, applyCore)
}

async function withLock(url, work) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
    return await work(client)
  } finally {
    await client.end()
  }
}
