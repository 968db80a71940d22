import { randomBytes } from 'node:crypto'
import type { LockView, Owner } from '../../shared/contract/operations.ts'
import { type LockFile, viewLock } from '../../shared/operations/lock-state.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import { readJournal } from './journal.ts'
import { layOutOperation } from './layout.ts'
import { describeLock, readLock, StackLock } from './lock.ts'
import { hasEnded, type Place } from './operation-files.ts'

/** The app for which locks and records are read. */
export interface Reader {
  readonly owner: Owner
  /** Whether it begins or runs the operation. What it has the lock for and is not at work on, it has let go of. */
  isAtWork(operationId: string): boolean
}

/** Where a lock is. All projects of a directory share it. */
export type LockPlace = Pick<Place, 'host' | 'slipwayDirectory'>

/**
 * The lock for people; null where it is free, or dead. That somebody is at work this app knows of itself without asking
 * the host for its time.
 */
export async function viewLockOf(place: LockPlace, reader: Reader, signal?: AbortSignal): Promise<LockView | null> {
  const { host, slipwayDirectory } = place
  const { owner } = reader
  let lock = await readLock(host, slipwayDirectory, signal)
  // Its operation may have ended while it was read: then it has been given back by now.
  if (lock !== null && isLetGo(lock, reader)) lock = await readLock(host, slipwayDirectory, signal)
  if (lock === null) return null
  if (isOwn(lock, owner) && reader.isAtWork(lock.operationId))
    return viewLock(lock, owner, Date.parse(lock.heartbeatAt))
  const view = await describeLock(host, lock, owner, signal)
  if (!view.stale && !isLetGo(lock, reader)) return view
  // Where the records cannot be read nobody knows, and the lock counts.
  return (await isOver(place, lock, signal).catch(() => false)) ? null : view
}

/**
 * Takes away a lock that was left by an app which died just before its operation began, or just after it had ended: there
 * is nothing to go on with, nor to roll back. Any other one stays.
 */
export async function clearDeadLock(place: LockPlace, reader: Reader): Promise<void> {
  const { host, slipwayDirectory } = place
  const { owner } = reader
  const held = await readLock(host, slipwayDirectory)
  if (held === null) return
  if (!isLetGo(held, reader) && !(await describeLock(host, held, owner)).stale) return
  if (!(await isOver(place, held))) return
  const operationId = held.operationId === '' ? `none-${randomBytes(3).toString('hex')}` : held.operationId
  const { lock } = await StackLock.takeOver(host, slipwayDirectory, {
    owner,
    operationId,
    kind: held.kind,
    step: 'lock',
  })
  await lock.release()
}

function isOwn(lock: LockFile, owner: Owner): boolean {
  return lock.owner.instance === owner.instance
}

function isLetGo(lock: LockFile, { owner, isAtWork }: Reader): boolean {
  return isOwn(lock, owner) && !isAtWork(lock.operationId)
}

/** Whether the operation of a lock that was left has ended, or never began: of whatever project it is. */
async function isOver({ host, slipwayDirectory }: LockPlace, lock: LockFile, signal?: AbortSignal): Promise<boolean> {
  if (!isOperationId(lock.operationId)) return true
  const files = layOutOperation(slipwayDirectory, lock.operationId)
  const options = signal === undefined ? {} : { signal }
  const [journal, plan] = await Promise.all([
    readJournal(host, files.journal, signal),
    host.files.stat(files.plan, options),
  ])
  return hasEnded(journal) || plan === null
}
