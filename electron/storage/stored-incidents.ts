import type { DatabaseSync } from 'node:sqlite'
import { type Incident, incidentSchema } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'

/** As many are kept for each stack. With its evidence one has some kilobytes. */
const KEPT_PER_STACK = 200

export interface IncidentStore {
  /** Replaces an earlier form of the same incident. */
  save(incident: Incident): void
  get(id: string): Incident | null
  /** Newest first. */
  list(ref: StackRef): Incident[]
  /** The same without evidence and logs: of many incidents these are megabytes. */
  summaries(ref: StackRef): Incident[]
}

function parseRow(row: Readonly<Record<string, unknown>> | undefined): Incident[] {
  if (row === undefined) return []
  const parsed = incidentSchema.safeParse(JSON.parse(String(row.value)))
  return parsed.success ? [parsed.data] : []
}

/** When stacks were not well, and what was known of it, on this computer. */
export function createIncidentStore(database: DatabaseSync): IncidentStore {
  const upsert = database.prepare(
    `INSERT INTO incident (id, host_id, project, began_at, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET value = excluded.value`,
  )
  const prune = database.prepare(
    `DELETE FROM incident WHERE host_id = ?1 AND project = ?2 AND id NOT IN
       (SELECT id FROM incident WHERE host_id = ?1 AND project = ?2 ORDER BY began_at DESC LIMIT ${KEPT_PER_STACK})`,
  )
  const select = database.prepare('SELECT value FROM incident WHERE id = ?')
  const ofStack = 'FROM incident WHERE host_id = ? AND project = ? ORDER BY began_at DESC, rowid DESC'
  const selectStack = database.prepare(`SELECT value ${ofStack}`)
  const selectSummaries = database.prepare(
    `SELECT json_replace(value, '$.evidence', json('[]'), '$.logs', json('[]')) AS value ${ofStack}`,
  )
  return {
    save: (incident) => {
      const { hostId, project } = incident.ref
      upsert.run(incident.id, hostId, project, incident.begin, JSON.stringify(incident))
      prune.run(hostId, project)
    },
    get: (id) => parseRow(select.get(id))[0] ?? null,
    list: ({ hostId, project }) => selectStack.all(hostId, project).flatMap(parseRow),
    summaries: ({ hostId, project }) => selectSummaries.all(hostId, project).flatMap(parseRow),
  }
}
