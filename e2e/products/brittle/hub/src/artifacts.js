import { hasRuns } from './release.js'

const pathColumn = hasRuns ? 'storage_key' : 'path'

/** What the database knows of artifacts: where each lies, how long it is, and its hash. */
export function createArtifacts(pool) {
  return {
    async add(sessionId, { name, path, contentType, sizeBytes, sha256 }) {
      const sql = `INSERT INTO artifacts (session_id, name, ${pathColumn}, content_type, size_bytes, sha256)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (session_id, name) DO UPDATE SET size_bytes = $5, sha256 = $6, content_type = $4`
      await pool.query(sql, [sessionId, name, path, contentType, sizeBytes, sha256])
    },
    async listOf(sessionId) {
      const sql = `SELECT name, ${pathColumn} AS path, content_type AS "contentType", size_bytes::int AS "sizeBytes", sha256
        FROM artifacts WHERE session_id = $1 ORDER BY name`
      return (await pool.query(sql, [sessionId])).rows
    },
  }
}
