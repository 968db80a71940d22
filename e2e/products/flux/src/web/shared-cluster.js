import pg from 'pg'
import { settings } from './settings.js'

const pool = new pg.Pool({ connectionString: settings.sharedPostgresUrl, max: 4, connectionTimeoutMillis: 3_000 })
pool.on('error', () => {})

/** The schema and the role of a project on the shared cluster; made of its id, so they are safe as identifiers. */
export function tenantOf(projectId) {
  const short = projectId.replaceAll('-', '').slice(0, 12)
  return { schema: `t_${short}_api`, role: `t_${short}_role` }
}

export function provision(projectId) {
  const { schema, role } = tenantOf(projectId)
  return pool.query(
    `CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO authenticator; CREATE SCHEMA ${schema} AUTHORIZATION ${role}`,
  )
}

export function deprovision(projectId) {
  const { schema, role } = tenantOf(projectId)
  return pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP ROLE IF EXISTS ${role}`)
}

/** Runs a tenant's own SQL as that tenant, all of it or nothing. */
export async function push(projectId, sql) {
  const { schema, role } = tenantOf(projectId)
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL search_path TO ${schema}`)
    await client.query(sql)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

/** The tables of a tenant, with their rows counted if wanted. */
export async function inspect(projectId, { includeExactCounts }) {
  const { schema } = tenantOf(projectId)
  const names = await pool.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [schema])
  const tables = []
  for (const { tablename: name } of names.rows) {
    const sql = `SELECT count(*)::integer AS rows FROM ${schema}.${pg.escapeIdentifier(name)}`
    tables.push({ name, exactRowCount: includeExactCounts ? (await pool.query(sql)).rows[0].rows : null })
  }
  return { summary: { tableCount: tables.length }, tables, warnings: [] }
}
