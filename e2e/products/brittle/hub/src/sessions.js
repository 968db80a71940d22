import { inTransaction } from './database.js'
import { hasRuns } from './release.js'

/** Sessions as 0.1 keeps them, and as 0.2 does: the API is the same, the tables are not. */
export function createSessions(pool) {
  return hasRuns ? withRuns(pool) : withoutRuns(pool)
}

function withoutRuns(pool) {
  const columns = 'id, project, title, status, branch, created_at AS "createdAt"'
  return {
    async create(orgId, { project, title, status, branch }) {
      const sql = `INSERT INTO sessions (org_id, project, title, status, branch) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`
      return (await pool.query(sql, [orgId, project, title, status, branch ?? null])).rows[0]
    },
    async list(orgId) {
      const sql = `SELECT ${columns} FROM sessions WHERE org_id = $1 ORDER BY created_at DESC, id LIMIT 100`
      return (await pool.query(sql, [orgId])).rows
    },
    ...common(pool, `SELECT ${columns} FROM sessions WHERE org_id = $1 AND id = $2`),
  }
}

function withRuns(pool) {
  const columns =
    'sessions.id, project, name AS title, runs.status, branch, created_at AS "createdAt", duration_ms AS "durationMs"'
  const tables = 'sessions JOIN runs ON session_id = sessions.id AND attempt = 1'
  const one = `SELECT ${columns} FROM ${tables} WHERE org_id = $1 AND sessions.id = $2`
  return {
    async create(orgId, { project, title, status, branch, durationMs }) {
      return await inTransaction(pool, async (client) => {
        const sql =
          'INSERT INTO sessions (org_id, project, name, branch, duration_ms) VALUES ($1, $2, $3, $4, $5) RETURNING id'
        const { rows } = await client.query(sql, [orgId, project, title, branch ?? null, durationMs ?? null])
        await client.query('INSERT INTO runs (session_id, status) VALUES ($1, $2)', [rows[0].id, status])
        return (await client.query(one, [orgId, rows[0].id])).rows[0]
      })
    },
    async list(orgId) {
      const sql = `SELECT ${columns} FROM ${tables} WHERE org_id = $1 ORDER BY created_at DESC, sessions.id LIMIT 100`
      return (await pool.query(sql, [orgId])).rows
    },
    ...common(pool, one),
  }
}

function common(pool, selectOne) {
  return {
    async find(orgId, id) {
      return (await pool.query(selectOne, [orgId, id])).rows[0] ?? null
    },
    async count(orgId) {
      return (await pool.query('SELECT count(*)::int AS total FROM sessions WHERE org_id = $1', [orgId])).rows[0].total
    },
    async remove(orgId, id) {
      return (await pool.query('DELETE FROM sessions WHERE org_id = $1 AND id = $2', [orgId, id])).rowCount > 0
    },
  }
}
