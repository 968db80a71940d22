import { capitalize } from '../../shared/capitalize.ts'
import type { Owner, Plan } from '../../shared/contract/operations.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import type { JournalText } from '../../shared/operations/journal-text.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { Attachments } from './attachments.ts'
import { findDockerCli } from './docker-cli.ts'
import { alreadyEnded } from './history.ts'
import { Journal } from './journal.ts'
import { keepRunbook } from './kept-runbook.ts'
import { layOut, layOutOperation } from './layout.ts'
import { lockedError, nameOwner, readLock, StackLock } from './lock.ts'
import type { OperationContext } from './operation-context.ts'
import { hasEnded, makeLayout, placeOf, readOperation, writePlan } from './operation-files.ts'
import { isOwnerGone } from './owner.ts'
import type { OperationPorts } from './ports.ts'

export interface OperationParts {
  readonly ports: OperationPorts
  readonly owner: Owner
  readonly stack: Stack
  readonly plan: Plan
}

/**
 * Takes the lock, looks under it whether the plan still holds, and begins the journal. When any of it fails the
 * lock is given back, and nothing has happened.
 */
export async function openOperation(parts: OperationParts, check: () => Promise<void>): Promise<OperationContext> {
  const { owner, stack, plan } = parts
  const { host } = stack.session
  await makeLayout(host, layOut(stack.slipwayDirectory))
  const lock = await StackLock.acquire(host, stack.slipwayDirectory, requestOf(parts))
  try {
    await check()
    await writePlan(host, stack.slipwayDirectory, plan)
    await keepRunbook(stack, plan.id)
    const context = await createContext(parts, lock)
    const what = plan.deletes === null ? `from ${plan.fromVersion} to ${plan.toVersion}` : `of ${plan.deletes.name}`
    const message = `${capitalize(plan.kind)} ${what}, begun by ${nameOwner(owner)}.`
    await context.journal.append({ type: 'started', message, data: { owner } })
    return context
  } catch (error) {
    await lock.release().catch(() => undefined)
    throw error
  }
}

/**
 * Takes the lock of an interrupted operation, over from another app if it must, and goes on with its journal. That is read
 * under the lock: until then the other app may have ended the operation. Throws `operation.blocked` then.
 */
export async function reopenOperation(parts: OperationParts, takeOver: boolean): Promise<OperationContext> {
  const { owner, stack, plan } = parts
  const { host } = stack.session
  const held = await readLock(host, stack.slipwayDirectory)
  const another = held !== null && held.operationId !== '' && held.operationId !== plan.id
  const asked = takeOver || held === null || isOwnerGone(held.owner, owner) || held.owner.instance === owner.instance
  if (held !== null && (another || !asked)) throw await lockedError(host, held, owner)
  const { lock, from } = await StackLock.takeOver(host, stack.slipwayDirectory, requestOf(parts))
  try {
    const { journal } = await readOperation(placeOf(stack), plan.id)
    if (hasEnded(journal)) throw await release(lock, plan.id)
    const context = await createContext(parts, lock, journal)
    if (from !== null && from.instance !== owner.instance) {
      const message = `${nameOwner(owner)} took over from ${nameOwner(from)}.`
      await context.journal.append({ type: 'taken-over', message, data: { by: owner, from } })
    }
    await context.journal.append({ type: 'resumed', message: `Gone on by ${nameOwner(owner)}.`, data: { owner } })
    return context
  } catch (error) {
    // Not released: the operation is still half done.
    lock.abandon()
    throw error
  }
}

/** Nothing is half done, so the lock is given back. */
async function release(lock: StackLock, operationId: string): Promise<SlipwayError> {
  await lock.release()
  return alreadyEnded(operationId)
}

async function createContext(
  { ports, owner, stack, plan }: OperationParts,
  lock: StackLock,
  known?: JournalText,
): Promise<OperationContext> {
  const { host } = stack.session
  const files = layOutOperation(stack.slipwayDirectory, plan.id)
  const mask = createStackMasker(stack)
  const journal = new Journal(host, files.journal, mask, known)
  return {
    plan,
    owner,
    ports,
    host,
    session: stack.session,
    cli: await findDockerCli(stack.session),
    layout: layOut(stack.slipwayDirectory),
    files,
    lock,
    journal,
    attachments: new Attachments(host, files, journal, mask),
    mask,
  }
}

function requestOf({ owner, plan }: OperationParts) {
  return { owner, operationId: plan.id, kind: plan.kind, step: 'lock' }
}
