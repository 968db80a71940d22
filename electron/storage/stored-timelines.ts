import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { observedSchema } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { Stretch } from '../../shared/monitor/timeline.ts'

/** A container that crashes every few seconds for days must not fill the disk: of its restarts the newest are kept. */
const KEPT_RESTARTS = 500

/** What is remembered of a stack beside its timeline, for when its host cannot be reached. */
const factsSchema = z.object({
  name: z.string(),
  version: z.string().nullable().default(null),
  /** Where the host keeps images, whose free space is measured. */
  diskPath: z.string().default(''),
})
export type StackFacts = z.infer<typeof factsSchema>

export interface MonitoredStack {
  /** By which the other tables name it. */
  readonly number: number
  readonly ref: StackRef
  readonly isEnabled: boolean
  readonly facts: StackFacts
  /** Samples before this time have been joined to minutes and hours. */
  readonly rolledToMs: number
}

/** Something that happened at one time and is marked on charts. */
export interface StoredMark {
  readonly kind: 'operation' | 'restart'
  readonly id: string
  readonly title: string
  readonly fromMs: number
  readonly toMs: number | null
}

export interface TimelineStore {
  list(): MonitoredStack[]
  /** Null: it was never watched. */
  find(ref: StackRef): MonitoredStack | null
  /** A stack that is not known yet begins to be. */
  open(ref: StackRef): MonitoredStack
  setEnabled(stack: number, isEnabled: boolean): void
  setFacts(stack: number, facts: StackFacts): void
  setRolledTo(stack: number, atMs: number): void
  /** What was noted before for the same time makes room. */
  save(stack: number, stretches: readonly Stretch[]): void
  read(stack: number, fromMs: number, toMs: number): Stretch[]
  /** When anything was observed last, of any stack. */
  newestMs(): number | null
  /** Forgets what was noted for these times, the last of them included. */
  dropWithin(stack: number, fromMs: number, toMs: number): void
  dropBefore(stack: number, beforeMs: number): void
  /** Replaces what lies within a range. */
  replace(stack: number, range: { readonly fromMs: number; readonly toMs: number }, by: readonly Stretch[]): void
  /** Of restarts the newest of a stack are kept. */
  mark(stack: number, mark: StoredMark): void
  marks(stack: number, fromMs: number, toMs: number): StoredMark[]
  /** All of `work` is written, or nothing. */
  together(work: () => void): void
}

/** Which states stacks were in, and what happened to them, on this computer. */
export function createTimelineStore(database: DatabaseSync): TimelineStore {
  const selectStacks = database.prepare('SELECT * FROM monitored_stack ORDER BY number')
  const insertStack = database.prepare(
    'INSERT OR IGNORE INTO monitored_stack (host_id, project, facts) VALUES (?, ?, ?)',
  )
  const selectStack = database.prepare('SELECT * FROM monitored_stack WHERE host_id = ? AND project = ?')
  const setEnabled = database.prepare('UPDATE monitored_stack SET is_enabled = ? WHERE number = ?')
  const setFacts = database.prepare('UPDATE monitored_stack SET facts = ? WHERE number = ?')
  const setRolledTo = database.prepare('UPDATE monitored_stack SET rolled_to_ms = ? WHERE number = ?')
  const save = database.prepare(
    `INSERT INTO health_stretch (stack, from_ms, to_ms, state) VALUES (?, ?, ?, ?)
     ON CONFLICT (stack, from_ms) DO UPDATE SET to_ms = excluded.to_ms, state = excluded.state`,
  )
  const select = database.prepare(
    'SELECT from_ms, to_ms, state FROM health_stretch WHERE stack = ? AND to_ms > ? AND from_ms < ? ORDER BY from_ms',
  )
  const selectNewest = database.prepare('SELECT max(to_ms) AS newest FROM health_stretch')
  const selectBefore = database.prepare(
    'SELECT from_ms, to_ms, state FROM health_stretch WHERE stack = ? AND from_ms < ? ORDER BY from_ms DESC LIMIT 1',
  )
  const dropCovered = database.prepare(
    'DELETE FROM health_stretch WHERE stack = ? AND from_ms > ? AND from_ms < ? AND to_ms <= ?',
  )
  const beginAt = database.prepare(
    'UPDATE OR REPLACE health_stretch SET from_ms = ?3 WHERE stack = ?1 AND from_ms > ?2 AND from_ms < ?3',
  )
  const dropBefore = database.prepare('DELETE FROM health_stretch WHERE stack = ? AND to_ms < ?')
  const dropWithin = database.prepare('DELETE FROM health_stretch WHERE stack = ? AND from_ms >= ? AND from_ms < ?')
  const insertMark = database.prepare(
    `INSERT INTO health_mark (stack, id, kind, title, from_ms, to_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (stack, id) DO UPDATE SET to_ms = excluded.to_ms, title = excluded.title`,
  )
  const selectMarks = database.prepare(
    `SELECT * FROM health_mark WHERE stack = ? AND coalesce(to_ms, from_ms) >= ? AND from_ms < ? ORDER BY from_ms`,
  )
  const dropOldRestarts = database.prepare(
    `DELETE FROM health_mark WHERE stack = ?1 AND kind = 'restart' AND id NOT IN
       (SELECT id FROM health_mark WHERE stack = ?1 AND kind = 'restart' ORDER BY from_ms DESC, id LIMIT ${KEPT_RESTARTS})`,
  )
  const dropMarksBefore = database.prepare('DELETE FROM health_mark WHERE stack = ? AND from_ms < ?')
  const dropMarksWithin = database.prepare('DELETE FROM health_mark WHERE stack = ? AND from_ms >= ? AND from_ms <= ?')

  const saveAll = (stack: number, stretches: readonly Stretch[]) => {
    for (const { fromMs, toMs, state } of stretches) {
      makeRoom(stack, Math.round(fromMs), Math.round(toMs))
      save.run(stack, Math.round(fromMs), Math.round(toMs), state)
    }
  }
  /** Stretches never overlap, so that only the one before can reach into these times. */
  const makeRoom = (stack: number, fromMs: number, toMs: number) => {
    const row = selectBefore.get(stack, fromMs)
    const before = row === undefined ? null : parseStretch(row)
    if (before !== null && before.toMs > fromMs) {
      save.run(stack, before.fromMs, fromMs, before.state)
      if (before.toMs > toMs) save.run(stack, toMs, before.toMs, before.state)
    }
    dropCovered.run(stack, fromMs, toMs, toMs)
    beginAt.run(stack, fromMs, toMs)
  }
  const together = (work: () => void) => {
    if (database.isTransaction) return work()
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  return {
    list: () => selectStacks.all().map(parseStack),
    find: (ref) => {
      const row = selectStack.get(ref.hostId, ref.project)
      return row === undefined ? null : parseStack(row)
    },
    open: (ref) => {
      insertStack.run(ref.hostId, ref.project, JSON.stringify({ name: ref.project }))
      return parseStack(selectStack.get(ref.hostId, ref.project) ?? {})
    },
    setEnabled: (stack, isEnabled) => void setEnabled.run(isEnabled ? 1 : 0, stack),
    setFacts: (stack, facts) => void setFacts.run(JSON.stringify(facts), stack),
    setRolledTo: (stack, atMs) => void setRolledTo.run(Math.round(atMs), stack),
    save: saveAll,
    read: (stack, fromMs, toMs) => select.all(stack, Math.round(fromMs), Math.round(toMs)).map(parseStretch),
    newestMs: () => {
      const newest = selectNewest.get()?.newest
      return typeof newest === 'number' ? newest : null
    },
    dropWithin: (stack, fromMs, toMs) => {
      const [from, to] = [Math.round(fromMs), Math.round(toMs)]
      makeRoom(stack, from, to)
      dropWithin.run(stack, from, to + 1)
      dropMarksWithin.run(stack, from, to)
    },
    dropBefore: (stack, beforeMs) => {
      dropBefore.run(stack, Math.round(beforeMs))
      dropMarksBefore.run(stack, Math.round(beforeMs))
    },
    replace: (stack, { fromMs, toMs }, by) => {
      dropWithin.run(stack, Math.round(fromMs), Math.round(toMs))
      saveAll(stack, by)
    },
    mark: (stack, { id, kind, title, fromMs, toMs }) => {
      insertMark.run(stack, id, kind, title, Math.round(fromMs), toMs === null ? null : Math.round(toMs))
      if (kind === 'restart') dropOldRestarts.run(stack)
    },
    marks: (stack, fromMs, toMs) => selectMarks.all(stack, Math.round(fromMs), Math.round(toMs)).map(parseMark),
    together,
  }
}

type Row = Readonly<Record<string, unknown>>

function parseStack(row: Row): MonitoredStack {
  const project = String(row.project)
  const facts = factsSchema.safeParse(JSON.parse(String(row.facts)))
  return {
    number: Number(row.number),
    ref: { hostId: String(row.host_id), project },
    isEnabled: row.is_enabled === 1,
    facts: facts.data ?? { name: project, version: null, diskPath: '' },
    rolledToMs: Number(row.rolled_to_ms),
  }
}

function parseStretch(row: Row): Stretch {
  const state = observedSchema.safeParse(row.state).data ?? 'unobserved'
  return { fromMs: Number(row.from_ms), toMs: Number(row.to_ms), state }
}

function parseMark(row: Row): StoredMark {
  return {
    kind: row.kind === 'operation' ? 'operation' : 'restart',
    id: String(row.id),
    title: String(row.title),
    fromMs: Number(row.from_ms),
    toMs: row.to_ms === null ? null : Number(row.to_ms),
  }
}
