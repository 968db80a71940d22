import { createBackup } from './backup-create.js'
import { query } from './system-db.js'

const hourMs = 3_600_000
const freshDays = 7

/** Backs up, once an hour, the projects without a proven backup of the last days. */
export function startScheduler() {
  console.log('[flux] backup-scheduler: every hour')
  setInterval(() => runPipeline().catch((error) => console.error('[flux] backup-scheduler: failed', error)), hourMs)
}

async function runPipeline() {
  const due = await query(
    `SELECT id, slug, hash FROM projects p WHERE NOT EXISTS (SELECT 1 FROM project_backups b WHERE b.project_id = p.id
       AND b.status = 'complete' AND b.completed_at > now() - make_interval(days => $1))`,
    [freshDays],
  )
  for (const project of due) await createBackup(project)
  console.log(`[flux] backup-scheduler: pipeline complete (${due.length} due)`)
}
