import { log } from './log.js'

/**
 * The second half of the migration to 0.2, which SQL cannot do: files move to the folders of their organizations,
 * and their rows follow. Each is complete by itself, so a start that was cut off goes on where it stopped.
 */
export async function moveArtifacts(pool, store) {
  const { rows } = await pool.query(
    `SELECT artifacts.id, storage_key, artifacts.name, session_id, slug FROM artifacts
     JOIN sessions ON sessions.id = session_id JOIN organizations ON organizations.id = org_id
     WHERE storage_key LIKE 'sessions/%' ORDER BY storage_key`,
  )
  for (const row of rows) await moveOne(pool, store, row)
  if (rows.length > 0) log.info({ artifacts: rows.length }, 'moved artifacts to the folders of their organizations')
}

async function moveOne(pool, store, { id, storage_key: from, name, session_id: sessionId, slug }) {
  const to = store.pathOf(slug, sessionId, name)
  if (await store.has(from)) await store.move(from, to)
  else if (!(await store.has(to))) log.warn({ path: from }, 'an artifact has no file')
  await pool.query('UPDATE artifacts SET storage_key = $2 WHERE id = $1', [id, to])
}
