import { randomBytes } from 'node:crypto'
import type { Owner } from '../../shared/contract/operations.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import type { LockFile } from '../../shared/operations/lock-state.ts'
import type { Stack } from '../stacks/stack.ts'
import { describeLock, readLock, StackLock } from './lock.ts'
import { hasEnded, placeOf, readOperation } from './operation-files.ts'

/**
 * Whether a stack's lock was left by an app that died just before its operation began, or just after it had ended:
 * there is nothing to go on with, nor to roll back.
 */
export async function isDeadLock(stack: Stack, me: Owner): Promise<boolean> {
  return (await findDeadLock(stack, me)) !== null
}

/** Takes such a lock away. Any other one stays. */
export async function clearDeadLock(stack: Stack, me: Owner): Promise<void> {
  const held = await findDeadLock(stack, me)
  if (held === null) return
  const operationId = held.operationId === '' ? `none-${randomBytes(3).toString('hex')}` : held.operationId
  const request = { owner: me, operationId, kind: held.kind, step: 'lock' }
  const { lock } = await StackLock.takeOver(stack.session.host, stack.slipwayDirectory, request)
  await lock.release()
}

async function findDeadLock(stack: Stack, me: Owner): Promise<LockFile | null> {
  const place = placeOf(stack)
  const { host } = place
  const held = await readLock(host, place.slipwayDirectory)
  if (held === null || !(await describeLock(host, held, me)).stale) return null
  if (held.operationId === '') return held
  try {
    const { journal } = await readOperation(place, held.operationId)
    return hasEnded(journal) ? held : null
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'operation.not-found') return held
    throw error
  }
}
