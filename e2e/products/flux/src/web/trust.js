import { HttpError } from '../common/http-server.js'
import { listBackups } from './backup-catalog.js'

/** How far the newest backup of a project can be trusted; older ones do not count. */
export function classify([newest]) {
  if (newest === undefined) return 'no_backups'
  if (newest.status === 'queued' || newest.status === 'running') return 'pipeline_incomplete'
  if (newest.status !== 'complete') return 'latest_not_complete'
  if (newest.artifactValidationStatus !== 'artifact_valid') return 'artifact_pending'
  if (newest.restoreVerificationStatus === 'restore_failed') return 'restore_failed'
  return newest.restoreVerificationStatus === 'restore_verified' ? 'restorable' : 'not_restore_verified'
}

/** What destroys needs a newest backup that was restored once. */
export async function requireRestorableBackup(project) {
  const tier = classify(await listBackups(project))
  if (tier === 'restorable') return
  throw new HttpError(412, `The newest backup of ${project.slug} is not proven to restore (${tier}).`)
}
