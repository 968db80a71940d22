import { faultOf } from './backup-storage.js'
import { query } from './system-db.js'

/** So many of the newest backups are compared with what is on the disk when they are listed. */
const reconciled = 20

const columns = `id, project_id AS "projectId", kind, format, status, error, size_bytes::float8 AS "sizeBytes",
  checksum_sha256 AS "checksumSha256", artifact_validation_status AS "artifactValidationStatus",
  artifact_validation_error AS "artifactValidationError", restore_verification_status AS "restoreVerificationStatus",
  restore_verification_error AS "restoreVerificationError", restore_verification_at AS "restoreVerificationAt",
  offsite_status AS "offsiteStatus", offsite_provider AS "offsiteProvider", offsite_error AS "offsiteError",
  created_at AS "createdAt", completed_at AS "completedAt"`

/** The backups of a project, newest first, after a look at the disk. */
export async function listBackups(project) {
  const rows = await query(`SELECT ${columns} FROM project_backups WHERE project_id = $1 ORDER BY created_at DESC`, [
    project.id,
  ])
  await Promise.all(
    rows
      .filter(({ status }) => status === 'complete')
      .slice(0, reconciled)
      .map(demoteIfFaulty),
  )
  return rows
}

/** One backup of a project; undefined if there is none of that id. */
export async function findBackup(project, id) {
  const sql = `SELECT ${columns} FROM project_backups WHERE project_id = $1 AND id::text = $2`
  return (await query(sql, [project.id, id]))[0]
}

/** Writes some columns of a backup's row; their names are given by code only. */
export async function updateBackup(id, values) {
  const names = Object.keys(values)
  const assignments = names.map((name, index) => `${name} = $${index + 2}`).join(', ')
  await query(`UPDATE project_backups SET ${assignments} WHERE id = $1`, [id, ...Object.values(values)])
}

async function demoteIfFaulty(row) {
  const fault = await faultOf(row)
  if (fault === null) return
  Object.assign(row, { artifactValidationStatus: 'artifact_invalid', artifactValidationError: fault })
  row.restoreVerificationStatus = 'skipped'
  await updateBackup(row.id, {
    artifact_validation_status: 'artifact_invalid',
    artifact_validation_error: fault,
    restore_verification_status: 'skipped',
  })
}
