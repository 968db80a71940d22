import type { DatabaseSync } from 'node:sqlite'
import type { StackStore } from '../stacks/stack-store.ts'

/** The project directories that were added by hand, for each host, by name. */
export function createStackStore(database: DatabaseSync): StackStore {
  const select = database.prepare('SELECT directory FROM stack_directory WHERE host_id = ? ORDER BY directory')
  const insert = database.prepare('INSERT OR IGNORE INTO stack_directory (host_id, directory) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM stack_directory WHERE host_id = ? AND directory = ?')
  return {
    list: (hostId) => select.all(hostId).map((row) => String(row.directory)),
    add: (hostId, directory) => {
      insert.run(hostId, directory)
    },
    remove: (hostId, directory) => {
      remove.run(hostId, directory)
    },
  }
}
