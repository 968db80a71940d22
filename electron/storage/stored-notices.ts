import type { DatabaseSync } from 'node:sqlite'
import { type Notice, noticeSchema } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'

/** As many are kept for each stack; nobody reads further back, and a rule that fires all day must not fill the disk. */
const KEPT_PER_STACK = 500

export interface NoticeStore {
  add(notice: Notice): void
  /** Newest first; of one stack, or of all. */
  list(ref: StackRef | null, limit: number): Notice[]
}

function parseRow(text: unknown): Notice[] {
  const parsed = noticeSchema.safeParse(JSON.parse(String(text)))
  return parsed.success ? [parsed.data] : []
}

/** What people were told, on this computer. */
export function createNoticeStore(database: DatabaseSync): NoticeStore {
  const insert = database.prepare('INSERT INTO notice (id, host_id, project, at, value) VALUES (?, ?, ?, ?, ?)')
  const prune = database.prepare(
    `DELETE FROM notice WHERE host_id = ?1 AND project = ?2 AND rowid NOT IN
       (SELECT rowid FROM notice WHERE host_id = ?1 AND project = ?2 ORDER BY rowid DESC LIMIT ${KEPT_PER_STACK})`,
  )
  const selectAll = database.prepare('SELECT value FROM notice ORDER BY rowid DESC LIMIT ?')
  const selectStack = database.prepare(
    'SELECT value FROM notice WHERE host_id = ? AND project = ? ORDER BY rowid DESC LIMIT ?',
  )
  return {
    add: (notice) => {
      const { hostId, project } = notice.ref
      insert.run(notice.id, hostId ?? '', project ?? '', notice.at, JSON.stringify(notice))
      prune.run(hostId ?? '', project ?? '')
    },
    list: (ref, limit) => {
      const rows = ref === null ? selectAll.all(limit) : selectStack.all(ref.hostId, ref.project, limit)
      return rows.flatMap((row) => parseRow(row.value))
    },
  }
}
