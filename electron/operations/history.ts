import { setTimeout as sleep } from 'node:timers/promises'
import type {
  JournalEntry,
  LockView,
  OperationEvent,
  OperationRecord,
  OperationSummary,
} from '../../shared/contract/operations.ts'
import { type ErrorShape, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import { reduceJournal } from '../../shared/operations/reduce-journal.ts'
import { listNames } from './backup-store.ts'
import { layOut, layOutOperation } from './layout.ts'
import { type Reader, viewLockOf } from './lock-view.ts'
import { type Place, readOperation } from './operation-files.ts'
import { hasCode } from './runner.ts'

/** How often an operation of another app is looked at. */
const FOREIGN_POLL_MS = 1_500
/** More is no history that anybody reads; each costs two reads on the host. */
const MAX_OPERATIONS = 200
/** Reads under way at once: a host's channels are few. */
const PARALLEL = 4

/** The record of one operation, whoever ran it. */
export async function readRecord(
  place: Place,
  id: string,
  reader: Reader,
  signal?: AbortSignal,
): Promise<OperationRecord> {
  return readUnderLock(place, id, await lockForRecords(place, reader, signal), signal)
}

/** However fresh its last heartbeat is, the lock of what was let go of is stale. */
async function lockForRecords(place: Place, reader: Reader, signal?: AbortSignal): Promise<LockView | null> {
  const view = await viewLockOf(place, reader, signal)
  return view?.mine === true && !reader.isAtWork(view.operationId) ? { ...view, stale: true } : view
}

async function readUnderLock(
  place: Place,
  id: string,
  lock: LockView | null,
  signal?: AbortSignal,
): Promise<OperationRecord> {
  const { host, slipwayDirectory } = place
  const { pointFile } = layOutOperation(slipwayDirectory, id)
  const [{ plan, journal }, point] = await Promise.all([
    readOperation(place, id, signal),
    host.files.stat(pointFile, signal === undefined ? {} : { signal }),
  ])
  return reduceJournal(plan, journal.entries, { lock, rollbackPointKept: point !== null })
}

/** All operations of a stack, newest first. What cannot be read is told, and the rest is shown. */
export async function readHistory(
  place: Place,
  reader: Reader,
  signal?: AbortSignal,
): Promise<{ operations: OperationSummary[]; error: ErrorShape | null }> {
  const names = await listNames(place.host, layOut(place.slipwayDirectory).operations, signal)
  const ids = names.filter(isOperationId).reverse().slice(0, MAX_OPERATIONS)
  const lock = await lockForRecords(place, reader, signal)
  const operations: OperationSummary[] = []
  let error: ErrorShape | null = null
  for (let start = 0; start < ids.length; start += PARALLEL) {
    const batch = ids.slice(start, start + PARALLEL).map((id) => readUnderLock(place, id, lock, signal))
    for (const result of await Promise.allSettled(batch)) {
      if (result.status === 'fulfilled') operations.push(summarize(result.value))
      else if (isTold(result.reason)) error = toErrorShape(result.reason)
      else throw result.reason
    }
  }
  return { operations, error }
}

/** An operation that another app runs, by looking again and again. Ends when the operation does. */
export async function* watchForeign(
  place: Place,
  id: string,
  reader: Reader,
  signal?: AbortSignal,
): AsyncGenerator<OperationEvent, void> {
  let shown = ''
  while (signal?.aborted !== true) {
    const record = await readRecord(place, id, reader, signal)
    const text = JSON.stringify(record)
    if (text !== shown) yield { type: 'snapshot', record, cancellable: false }
    shown = text
    if (record.endedAt !== null) return
    try {
      await sleep(FOREIGN_POLL_MS, undefined, signal === undefined ? {} : { signal })
    } catch {
      return
    }
  }
}

/** What is recorded of an operation, entry by entry. */
export async function viewJournal(place: Place, id: string, signal?: AbortSignal): Promise<JournalEntry[]> {
  const { journal } = await readOperation(place, id, signal)
  return [...journal.entries, ...damageNotes(journal)]
}

/** What is wrong with the journal itself is shown in it. */
function damageNotes({ damage, entries }: Awaited<ReturnType<typeof readOperation>>['journal']): JournalEntry[] {
  const last = entries.at(-1)
  return damage.map(({ line, message }, index) => ({
    seq: (last?.seq ?? 0) + index + 1,
    at: last?.at ?? new Date(0).toISOString(),
    type: 'note',
    message: `Line ${line} of the journal: ${message}`,
  }))
}

function summarize({ steps: _, attachments: __, takeovers: ___, ...summary }: OperationRecord): OperationSummary {
  return summary
}

function isTold(error: unknown): boolean {
  return hasCode(error, 'operation.not-found', 'operation.journal-damaged', 'operation.other-project')
}

/** `operation.blocked` for what has its end in the journal. */
export function alreadyEnded(id: string): SlipwayError {
  return new SlipwayError('operation.blocked', `${id} has ended already.`, {
    state: 'Nothing was changed.',
    hint: 'Look at its record. To return to where it began, plan a rollback.',
  })
}
