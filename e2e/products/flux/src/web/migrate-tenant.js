import { HttpError } from '../common/http-server.js'
import { start } from './programs.js'
import { settings } from './settings.js'
import { tenantOf } from './shared-cluster.js'
import { requireRestorableBackup } from './trust.js'

/** The first half of moving a project to containers of its own: the plan, or the dump; the rest is not built here. */
export async function migrateTenant(project, { dryRun, dumpOnly, skipBackupCheck }) {
  const plan = { ok: true, slug: project.slug, hash: project.hash, to: 'v1_dedicated' }
  if (dryRun) return { body: { ...plan, dryRun: true } }
  if (!skipBackupCheck) await requireRestorableBackup(project)
  if (!dumpOnly) throw new HttpError(400, 'This stand-in moves nothing: use dryRun or dumpOnly')
  return { body: { ...plan, dumpBytes: await dumpBytes(project) } }
}

async function dumpBytes(project) {
  const { schema } = tenantOf(project.id)
  const dump = start('pg_dump', ['--format=custom', `--schema=${schema}`, `--dbname=${settings.sharedPostgresUrl}`])
  let bytes = 0
  dump.stdout.on('data', (chunk) => {
    bytes += chunk.length
  })
  await dump.ended
  return bytes
}
