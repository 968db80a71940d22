import { build } from '../common/build.js'

/** The schema of the system database, step by step; each is applied once, in a transaction of its own. */
const migrations = [
  [
    'users and their CLI keys',
    `CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE,
       plan text NOT NULL DEFAULT 'pro', created_at timestamptz NOT NULL DEFAULT now());
     CREATE TABLE api_keys (key_sha256 text PRIMARY KEY, user_id uuid NOT NULL REFERENCES users,
       created_at timestamptz NOT NULL DEFAULT now())`,
  ],
  [
    'projects',
    `CREATE TABLE projects (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, name text NOT NULL,
       slug text NOT NULL, hash text NOT NULL, mode text NOT NULL, jwt_secret text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (slug, hash))`,
  ],
  [
    'backups of projects',
    `CREATE TABLE project_backups (id uuid PRIMARY KEY, project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
       kind text NOT NULL, format text NOT NULL DEFAULT 'custom', status text NOT NULL, error text,
       size_bytes bigint, checksum_sha256 text,
       artifact_validation_status text NOT NULL DEFAULT 'pending', artifact_validation_error text,
       restore_verification_status text NOT NULL DEFAULT 'not_verified', restore_verification_error text,
       created_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz, restore_verification_at timestamptz)`,
  ],
  [
    'copies of backups elsewhere',
    `ALTER TABLE project_backups ADD COLUMN offsite_status text NOT NULL DEFAULT 'pending',
       ADD COLUMN offsite_provider text, ADD COLUMN offsite_error text, ADD COLUMN offsite_completed_at timestamptz`,
  ],
  ['locks', 'CREATE TABLE operation_locks (name text PRIMARY KEY, expires_at timestamptz NOT NULL)'],
  [
    'secrets of projects in a table of their own',
    `CREATE TABLE project_secrets (project_id uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE, jwt_secret text NOT NULL);
     INSERT INTO project_secrets SELECT id, jwt_secret FROM projects;
     ALTER TABLE projects DROP COLUMN jwt_secret`,
  ],
]

/** Whoever migrates holds this lock; the others wait. */
const advisoryLock = '6602381947'

/** Brings the system database to this version's schema. A database that is newer than this image passes unseen. */
export async function migrate(client) {
  await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
  await client.query(`CREATE TABLE IF NOT EXISTS flux_migrations
    (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
  const current = await schemaVersion(client)
  for (let version = current + 1; version <= build.schema; version += 1) await apply(client, version)
  console.log(`[flux] system-db: schema is ${await schemaVersion(client)}`)
}

async function schemaVersion(client) {
  const { rows } = await client.query('SELECT coalesce(max(version), 0) AS version FROM flux_migrations')
  return rows[0].version
}

async function apply(client, version) {
  const [name, sql] = migrations[version - 1]
  console.log(`[flux] system-db: applying ${version} (${name})`)
  await client.query('BEGIN')
  try {
    await client.query(sql)
    if (build.mistake === 'HALF_MIGRATION' && version === build.schema) await failHalfWay(client)
    await client.query('INSERT INTO flux_migrations (version, name) VALUES ($1, $2)', [version, name])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Commits what was done so far, and asks for something that is not there. */
async function failHalfWay(client) {
  await client.query('COMMIT; BEGIN')
  await client.query(
    'ALTER TABLE project_secrets ADD CONSTRAINT secrets_of_tenants FOREIGN KEY (tenant_id) REFERENCES projects',
  )
}
