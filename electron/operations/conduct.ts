import type { Outcome } from '../../shared/contract/operations.ts'
import { type ErrorShape, isCancellation, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { hasChangedStack, readProgress } from '../../shared/operations/progress.ts'
import { removeUnfinishedSet } from './backup-set.ts'
import { describeHalfRollback } from './half-rollback.ts'
import type { OperationContext } from './operation-context.ts'
import { isConnectionError, waitForConnection } from './reconnect.ts'
import { rollBackSteps } from './rollback.ts'
import { discardRollbackPoint } from './rollback-point.ts'
import { hasCode, type LiveView, type Runner, runSteps } from './runner.ts'
import { endStandstill, openStandstill } from './standstill.ts'
import type { Step } from './step.ts'
import { rollbackLimitOf, withDeadline } from './step-deadline.ts'
import { tidyAfterRollback } from './tidy.ts'

export interface Conduct {
  readonly context: OperationContext
  readonly live: LiveView
  /** Aborts when a person cancels. */
  readonly cancel: AbortSignal
  /** Aborts when the app quits: the operation is then left to its journal, neither finished nor undone. */
  readonly quit: AbortSignal
}

/**
 * Runs an operation to its end, whatever happens: done; stopped before the first change; rolled back after it; or
 * left in the journal when this app can do no more (lock lost, host away, quitting). Never throws. The lock is
 * given back only when the operation has ended.
 */
export async function conduct(run: Conduct, findSteps: () => Promise<readonly Step[]>): Promise<void> {
  const { context, cancel, quit } = run
  const signal = AbortSignal.any([cancel, quit, context.lock.lost])
  try {
    await runSteps(runnerOf(run), await findSteps(), {
      signal,
      finished: readProgress(context.journal.entries).finished,
    })
    await endForward(run)
  } catch (error) {
    if (await isLeftAlone(run, error)) return
    const progress = readProgress(context.journal.entries)
    if (hasChangedStack(progress)) await rollBack(run, error)
    else await stop(run, error)
  }
}

/** Takes back what an operation has done, on a person's word or after a failure. */
export async function rollBack(run: Conduct, cause: unknown): Promise<void> {
  const { context, quit } = run
  const signal = AbortSignal.any([quit, context.lock.lost])
  const known = readProgress(context.journal.entries)
  const { reason, error } = known.rollback ?? causeOf(cause)
  let steps: readonly Step[] = []
  try {
    if (isConnectionError(cause)) await waitForConnection(context.host, signal)
    await endBackupStandstill(context)
    if (!hasChangedStack(known)) return await stop(run, cause)
    // What is deleted does not come back, and what is not may be deleted again.
    if (context.plan.kind === 'deletion') return await end(run, 'failed', error?.message ?? 'Given up half-way.', error)
    const work = await rollBackSteps(context, signal)
    steps = work.steps.map((step) => withDeadline(step, rollbackLimitOf(step)))
    if (known.rollback === null) {
      const data = { reason, error, restoreData: work.restoresData }
      await context.journal.appendIfPossible({ type: 'rollback-started', message: reason, data })
    }
    await runSteps(runnerOf(run), steps, { signal, finished: finishedOf(steps, known.finished) })
    await tidyAfterRollback(context, signal)
    const stays = work.dataStays === null ? '' : ` The data was not restored, because ${work.dataStays}.`
    await end(run, 'rolled-back', `${reason}${stays}${describeDataOf(context)}`, error)
  } catch (failure) {
    if (await isLeftAlone(run, failure)) return
    await failRollback(run, steps, { reason, error }, failure)
  }
}

interface Cause {
  readonly reason: string
  readonly error: ErrorShape | null
}

function causeOf(cause: unknown): Cause {
  const error = isCancellation(cause) || cause === null ? null : toErrorShape(cause)
  return { reason: error?.message ?? (cause === null ? 'Rolled back on request.' : 'Cancelled.'), error }
}

/** What the restore meant, where there was one. */
function describeDataOf({ journal }: OperationContext): string {
  const { meaning } = readProgress(journal.entries).results['rollback:restore-data'] ?? {}
  return typeof meaning === 'string' && meaning !== '' ? ` ${meaning}` : ''
}

function finishedOf(steps: readonly Step[], finished: ReadonlySet<string>): Set<string> {
  // Old services are gated again in any case: much may have happened while nobody watched.
  return new Set(steps.filter(({ id, kind }) => kind !== 'service' && finished.has(id)).map(({ id }) => id))
}

async function endForward(run: Conduct): Promise<void> {
  const passedOver = Object.values(readProgress(run.context.journal.entries).passedOver)
  if (passedOver.length === 0) await end(run, 'succeeded', null, null)
  else await end(run, 'succeeded-unhealthy', `A failed check was passed over: ${passedOver[0]}`, null)
}

async function stop(run: Conduct, error: unknown): Promise<void> {
  const still = await endBackupStandstill(run.context)
  await discardUnfinishedBackup(run.context)
  const shape = isCancellation(error) || error === null ? null : toErrorShape(error)
  const why = error === null ? 'Given up before anything was changed.' : 'Cancelled before anything was changed.'
  const reason = shape?.message ?? why
  if (still === null) await end(run, 'stopped', reason, shape)
  else await end(run, 'failed', `${reason} ${still.message}`, shape === null ? still : withStandstill(shape, still))
}

/** The first error stays the reason. What things are left in, and what to do first, is the second's to say. */
function withStandstill(first: ErrorShape, still: ErrorShape): ErrorShape {
  const hint = [still.hint, first.hint].filter((text) => text !== undefined).join(' ')
  return { ...first, state: `${still.message} ${still.state ?? ''}`.trim(), hint }
}

/** An app that was killed in the middle of a backup has left services standing still. Returns why they still do. */
async function endBackupStandstill(context: OperationContext): Promise<ErrorShape | null> {
  if (openStandstill(context.journal.entries)?.during !== 'backup') return null
  try {
    await endStandstill(context)
    return null
  } catch (error) {
    const shape = toErrorShape(error)
    await context.journal.appendIfPossible({ type: 'note', message: shape.message })
    return shape
  }
}

/** What an app that was killed in the middle of a backup has left fills the disk, and is of no use to anybody. */
async function discardUnfinishedBackup(context: OperationContext): Promise<void> {
  try {
    if (await removeUnfinishedSet(context)) {
      await context.journal.appendIfPossible({ type: 'note', message: 'The unfinished backup was removed.' })
    }
  } catch (error) {
    const message = `The unfinished backup could not be removed: ${toErrorShape(error).message}`
    await context.journal.appendIfPossible({ type: 'note', message })
  }
}

/** The first error stays the reason; that the rollback failed too is a second report. */
async function failRollback(run: Conduct, steps: readonly Step[], first: Cause, failure: unknown): Promise<void> {
  const { reason } = first
  const second = toErrorShape(failure)
  const error = toErrorShape(
    new SlipwayError('operation.rollback-failed', `The rollback failed: ${second.message}`, {
      state: describeHalfRollback(steps, readProgress(run.context.journal.entries)),
      hint: second.hint ?? 'Finish by hand with the commands shown at the steps that failed.',
      details: { ...second.details, ...(first.error === null ? {} : { first: first.error.message }) },
      cause: second.message,
    }),
  )
  await end(run, 'rollback-failed', `${reason} The rollback failed too: ${second.message}`, error)
}

async function end(run: Conduct, outcome: Outcome, reason: string | null, error: ErrorShape | null): Promise<void> {
  const { context } = run
  const entry = { type: 'ended', message: reason ?? outcome, data: { outcome, reason, error } } as const
  if (!(await context.journal.appendIfPossible(entry))) {
    // Without its ending in the journal the operation is not over: the lock keeps others away until somebody looks.
    context.lock.abandon()
    return
  }
  // What was never left, or is returned to, needs no way back; and it must not push out one that is needed.
  if (outcome === 'stopped' || outcome === 'rolled-back') await discardRollbackPoint(context).catch(() => undefined)
  await context.lock.release().catch(() => context.lock.abandon())
  context.ports.onChanged?.(context.plan.stack)
}

/**
 * Whether this app must let go of the operation as it is. The lock stays, its heartbeat does not: this app's next
 * start, or a teammate, finds it and goes on from the journal.
 */
async function isLeftAlone({ context, quit }: Conduct, error: unknown): Promise<boolean> {
  const lost = context.lock.lost.aborted
  const away = hasCode(error, 'operation.interrupted') || isConnectionError(error)
  if (!lost && !quit.aborted && !away) return false
  if (!lost && quit.aborted) {
    const message = `${context.owner.user} quit the app on ${context.owner.machine}.`
    await context.journal.appendIfPossible({ type: 'note', message })
  }
  context.lock.abandon()
  return true
}

function runnerOf({ context, live }: Conduct): Runner {
  const { host, lock, journal, attachments } = context
  return { host, lock, journal, attachments, live }
}
