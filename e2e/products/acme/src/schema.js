import pg from 'pg'
import { log } from './log.js'

const { ACME_SCHEMA = '1', ACME_MISTAKE = '' } = process.env

/** Each list is one migration. They are not in a transaction, as in many a young product. */
const migrations = [
  ['CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL)'],
  ['ALTER TABLE note ADD COLUMN author text', "UPDATE note SET author = 'nobody'"],
  ['ALTER TABLE note ADD COLUMN written timestamptz DEFAULT now()'],
  ['CREATE INDEX note_written ON note (written)'],
]

/** Brings the schema to the version of this release. Throws where a migration fails. */
export async function migrate() {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  try {
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version int NOT NULL)')
    const { rows } = await client.query('SELECT max(version) AS version FROM schema_version')
    let version = rows[0].version ?? 0
    log('info', 'schema found', { schema: version })
    for (; version < Number(ACME_SCHEMA); version += 1) await apply(client, version + 1)
    log('info', 'migration finished', { schema: version })
  } finally {
    await client.end()
  }
}

async function apply(client, number) {
  for (const [index, statement] of migrations[number - 1].entries()) {
    if (ACME_MISTAKE === 'HALF_MIGRATION' && index === 1) throw new Error(`migration ${number} failed: no such author`)
    await client.query(statement)
  }
  await client.query('INSERT INTO schema_version VALUES ($1)', [number])
}
