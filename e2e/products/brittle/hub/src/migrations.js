import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { migrationsFolder, release } from './release.js'

/** A deployment that stopped; the message is for the operator, as the tool prints it. */
export class MigrationError extends Error {}

/** Any number that all hubs agree on: only one of them migrates at a time. */
const advisoryLock = 72_707_369

const historyTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

/**
 * Applies what is missing, in the order of names, each recorded before it starts and after it ended. One that failed
 * bars every later deployment, of whatever version. Rows of migrations that this release does not have are no
 * obstacle: it takes a newer database for its own.
 */
export async function deployMigrations(databaseUrl, say) {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect().catch((error) => {
    throw new MigrationError(`Error: P1001\n\nThe database server could not be reached: ${error.message}`)
  })
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
    await client.query(historyTable)
    await deployAll(client, say)
  } finally {
    await client.end()
  }
}

async function deployAll(client, say) {
  const names = readdirSync(migrationsFolder).sort()
  say(`${names.length} migrations found in prisma/migrations`)
  const rows = await readHistory(client)
  const failed = rows.filter((row) => row.finished_at === null)
  if (failed.length > 0) {
    const list = failed.map((row) => `The \`${row.migration_name}\` migration failed`).join('\n')
    throw new MigrationError(`Error: P3009\n\nFailed migrations in the database bar new ones.\n${list}`)
  }
  const applied = new Set(rows.map((row) => row.migration_name))
  const pending = names.filter((name) => !applied.has(name))
  for (const name of pending) await deployOne(client, name, say)
  say(pending.length > 0 ? 'All migrations have been successfully applied.' : 'No pending migrations to apply.')
}

async function deployOne(client, name, say) {
  say(`Applying migration \`${name}\``)
  const script = readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8')
  const id = randomUUID()
  const checksum = createHash('sha256').update(script).digest('hex')
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    // Statements sent together are one transaction, unless the script itself begins and commits.
    await client.query(script)
  } catch (error) {
    await client.query('ROLLBACK')
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, error.message])
    throw new MigrationError(
      `Error: P3018\n\nA migration failed to apply.\nMigration name: ${name}\nDatabase error code: ${error.code}\n\nERROR: ${error.message}`,
    )
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id])
}

async function readHistory(client) {
  const { rows } = await client.query(
    'SELECT migration_name, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  return rows
}

/** How many of this release's migrations the database lacks, or has only half. */
export async function countPending(pool) {
  const rows = await readHistory(pool)
  const applied = new Set(rows.filter((row) => row.finished_at !== null).map((row) => row.migration_name))
  return release.migrations.filter((name) => !applied.has(name)).length
}
