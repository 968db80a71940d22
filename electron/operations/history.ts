import { setTimeout as sleep } from 'node:timers/promises'
import type {
  LockView,
  OperationEvent,
  OperationRecord,
  OperationSummary,
  Owner,
} from '../../shared/contract/operations.ts'
import { type ErrorShape, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import { reduceJournal } from '../../shared/operations/reduce-journal.ts'
import type { Host } from '../hosts/host.ts'
import { listNames } from './backup-store.ts'
import { layOut, layOutOperation } from './layout.ts'
import { describeLock, readLock } from './lock.ts'
import { readOperation } from './operation-files.ts'

/** How often an operation of another app is looked at. */
const FOREIGN_POLL_MS = 1_500
/** More is no history that anybody reads; each costs two reads on the host. */
const MAX_OPERATIONS = 200
/** Reads under way at once: a host's channels are few. */
const PARALLEL = 4

export interface Place {
  readonly host: Host
  readonly slipwayDirectory: string
}

/** The record of one operation, whoever ran it. */
export async function readRecord(
  { host, slipwayDirectory }: Place,
  id: string,
  me: Owner,
  signal?: AbortSignal,
): Promise<OperationRecord> {
  return readUnderLock({ host, slipwayDirectory }, id, await viewLockOf({ host, slipwayDirectory }, me, signal), signal)
}

async function viewLockOf({ host, slipwayDirectory }: Place, me: Owner, signal?: AbortSignal) {
  const lock = await readLock(host, slipwayDirectory, signal)
  return lock === null ? null : describeLock(host, lock, me, signal)
}

async function readUnderLock(
  { host, slipwayDirectory }: Place,
  id: string,
  lock: LockView | null,
  signal?: AbortSignal,
): Promise<OperationRecord> {
  const { pointFile } = layOutOperation(slipwayDirectory, id)
  const [{ plan, journal }, point] = await Promise.all([
    readOperation(host, slipwayDirectory, id, signal),
    host.files.stat(pointFile, signal === undefined ? {} : { signal }),
  ])
  return reduceJournal(plan, journal.entries, { lock, rollbackPointKept: point !== null })
}

/** All operations of a stack, newest first. What cannot be read is told, and the rest is shown. */
export async function readHistory(
  place: Place,
  me: Owner,
  signal?: AbortSignal,
): Promise<{ operations: OperationSummary[]; error: ErrorShape | null }> {
  const names = await listNames(place.host, layOut(place.slipwayDirectory).operations, signal)
  const ids = names.filter(isOperationId).reverse().slice(0, MAX_OPERATIONS)
  const lock = await viewLockOf(place, me, signal)
  const operations: OperationSummary[] = []
  let error: ErrorShape | null = null
  for (let start = 0; start < ids.length; start += PARALLEL) {
    const batch = ids.slice(start, start + PARALLEL).map((id) => readUnderLock(place, id, lock, signal))
    for (const result of await Promise.allSettled(batch)) {
      if (result.status === 'fulfilled') operations.push(summarize(result.value))
      else if (isDamage(result.reason)) error = toErrorShape(result.reason)
      else throw result.reason
    }
  }
  return { operations, error }
}

/** An operation that another app runs, by looking again and again. Ends when the operation does. */
export async function* watchForeign(
  place: Place,
  id: string,
  me: Owner,
  signal?: AbortSignal,
): AsyncGenerator<OperationEvent, void> {
  let shown = ''
  while (signal?.aborted !== true) {
    const record = await readRecord(place, id, me, signal)
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

function summarize({ steps: _, attachments: __, takeovers: ___, ...summary }: OperationRecord): OperationSummary {
  return summary
}

function isDamage(error: unknown): boolean {
  return isSlipwayError(error) && ['operation.not-found', 'operation.journal-damaged'].includes(error.code)
}

/** `operation.blocked` for what has its end in the journal. */
export function alreadyEnded(id: string): SlipwayError {
  return new SlipwayError('operation.blocked', `${id} has ended already.`, {
    state: 'Nothing was changed.',
    hint: 'Look at its record. To return to where it began, plan a rollback.',
  })
}
