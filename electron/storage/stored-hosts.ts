import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { hostTargetSchema } from '../../shared/contract/hosts.ts'
import type { HostRecord, HostStore } from '../hosts/host-store.ts'

const hostSchema = z.object({
  id: z.string(),
  label: z.string(),
  target: hostTargetSchema,
  usesSudo: z.boolean().default(false),
})

function parseRow(text: unknown): HostRecord[] {
  try {
    return [hostSchema.parse(JSON.parse(String(text)))]
  } catch {
    // Written by another version in a form that this one does not know: left out, and left in the file.
    return []
  }
}

/** The hosts that this computer remembers, in the order in which they were added. */
export function createHostStore(database: DatabaseSync): HostStore {
  const select = database.prepare('SELECT value FROM host ORDER BY position')
  const upsert = database.prepare(
    `INSERT INTO host (id, position, value) VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM host), ?2)
     ON CONFLICT (id) DO UPDATE SET value = excluded.value`,
  )
  const remove = database.prepare('DELETE FROM host WHERE id = ?')
  const removeRecords = ['stack_directory', 'monitored_stack', 'incident', 'notice'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE host_id = ?`),
  )
  return {
    list: () => select.all().flatMap((row) => parseRow(row.value)),
    save: (record) => {
      upsert.run(record.id, JSON.stringify(record))
    },
    remove: (id) => {
      for (const statement of removeRecords) statement.run(id)
      remove.run(id)
    },
  }
}
