import { randomUUID } from 'node:crypto'
import { findBackup, updateBackup } from './backup-catalog.js'
import { copyOffsite, faultOf, makeArtifactFolder, writeArtifact } from './backup-storage.js'
import { withLock } from './locks.js'
import { start } from './programs.js'
import { settings } from './settings.js'
import { tenantOf } from './shared-cluster.js'
import { query } from './system-db.js'

const lockMinutes = 30

/** Dumps a project's schema to the disk of the control plane, and copies it to the second folder. */
export function createBackup(project) {
  return withLock(`backup:create:${project.id}`, lockMinutes, async () => {
    const backup = { id: randomUUID(), projectId: project.id }
    const row = `INSERT INTO project_backups (id, project_id, kind, status) VALUES ($1, $2, 'tenant_export', 'queued')`
    await query(row, [backup.id, project.id])
    try {
      await complete(backup)
    } catch (error) {
      await updateBackup(backup.id, { status: 'failed', error: error.message })
      throw error
    }
    await keepOffsite(backup)
    console.log(`[flux] backup: ${project.slug} (${project.hash}) is complete as ${backup.id}`)
    return await findBackup(project, backup.id)
  })
}

async function complete(backup) {
  await updateBackup(backup.id, { status: 'running' })
  const { schema } = tenantOf(backup.projectId)
  await makeArtifactFolder(backup)
  const dump = start('pg_dump', ['--format=custom', `--schema=${schema}`, `--dbname=${settings.sharedPostgresUrl}`])
  const [written] = await Promise.all([writeArtifact(backup, dump.stdout), dump.ended])
  const fault = await faultOf({ ...backup, ...written })
  if (fault !== null) throw new Error(fault)
  await updateBackup(backup.id, {
    status: 'complete',
    size_bytes: written.sizeBytes,
    checksum_sha256: written.checksumSha256,
    artifact_validation_status: 'artifact_valid',
    completed_at: new Date(),
  })
}

/** A copy that fails is noted, and does not make the backup a failure. */
async function keepOffsite(backup) {
  try {
    await copyOffsite(backup)
    await updateBackup(backup.id, {
      offsite_status: 'complete',
      offsite_provider: 'filesystem',
      offsite_completed_at: new Date(),
    })
  } catch (error) {
    console.error('[flux] backup: offsite copy failed', error)
    await updateBackup(backup.id, { offsite_status: 'failed', offsite_error: error.message })
  }
}
