import { randomBytes } from 'node:crypto'
import type { BackupList, BackupView, ReplacedList, ReplacedMeasure } from '../../shared/contract/backups.ts'
import type {
  JournalEntry,
  LockView,
  OperationEvent,
  OperationRecord,
  OperationSummary,
  Owner,
  Plan,
  RollbackChoice,
  UpgradeOptions,
} from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { TargetVersion, VersionFacts } from '../../shared/contract/versions.ts'
import { type ErrorShape, SlipwayError } from '../../shared/errors.ts'
import { createOperationId } from '../../shared/operations/operation-id.ts'
import type { Stack } from '../stacks/stack.ts'
import { readAttachment } from './attachments.ts'
import { viewBackups, viewOneBackup } from './backup-store.ts'
import { type Conduct, conduct, rollBack } from './conduct.ts'
import { deletion } from './deletion.ts'
import { findDockerCli } from './docker-cli.ts'
import { alreadyEnded, readHistory, readRecord, viewJournal, watchForeign } from './history.ts'
import { bindAsPlanned } from './kept-runbook.ts'
import { layOutOperation } from './layout.ts'
import { outlastOwnWork } from './lock.ts'
import { clearDeadLock, type LockPlace, type Reader, viewLockOf } from './lock-view.ts'
import { openOperation, reopenOperation } from './open-operation.ts'
import type { OperationContext } from './operation-context.ts'
import { hasEnded, placeOf, readOperation, readPlan } from './operation-files.ts'
import { planDeletion } from './plan-deletion.ts'
import { requireFresh } from './plan-freshness.ts'
import { planRollback } from './plan-rollback.ts'
import { planUpgrade } from './plan-upgrade.ts'
import type { OperationPorts } from './ports.ts'
import { findReplaced, listReplaced, measureReplaced } from './replaced-data.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import { RunningOperation } from './running-operation.ts'
import type { Step } from './step.ts'
import { upgrade } from './upgrade.ts'
import { watchVersionFacts } from './version-facts.ts'

/** Plans that were shown and not run are forgotten from the oldest on. */
const MAX_PLANS = 50

/**
 * Plans, runs and records everything that changes a stack. One for an app; dispose it when the app quits: what is
 * under way then stays in its journal, and the next start offers to go on or to roll back.
 */
export class OperationService implements AsyncDisposable {
  readonly #ports: OperationPorts
  readonly #owner: Owner
  /** By id alone: one machine may have been added as several hosts. */
  readonly #reader: Reader
  readonly #plans = new Map<string, Plan>()
  /** What has the lock, or is about to, and does not run yet. */
  readonly #beginning = new Set<string>()
  /** What is asked to begin, or to be gone on with. */
  readonly #asked = new Set<string>()
  readonly #running = new Map<string, RunningOperation>()
  readonly #ends = new Set<Promise<void>>()
  readonly #quit = new AbortController()

  constructor(ports: OperationPorts, owner: Owner) {
    this.#ports = ports
    this.#owner = owner
    this.#reader = { owner, isAtWork: (id) => this.#isAtWork(id) }
  }

  /** What there is to know of versions that could be chosen: one picture after the other, until all are known. */
  async *watchVersionFacts(
    ref: StackRef,
    services: readonly string[],
    versions: readonly TargetVersion[],
    signal?: AbortSignal,
  ): AsyncGenerator<VersionFacts[], void> {
    if (versions.length === 0) return
    const stack = await this.#ports.readStackAnew(ref, signal)
    yield* watchVersionFacts(stack, services, versions, orNever(signal))
  }

  /** What an upgrade would do. Nothing is changed. */
  async planUpgrade(
    ref: StackRef,
    version: TargetVersion,
    options: UpgradeOptions,
    signal?: AbortSignal,
  ): Promise<Plan> {
    const stack = await this.#ports.readStackAnew(ref, signal)
    const lock = await this.readLock(placeOf(stack))
    const operationId = this.#createId(stack, 'upgrade')
    const request = { operationId, version, options, owner: this.#owner, lock, signal: orNever(signal) }
    return this.#keep(await planUpgrade(stack, request))
  }

  /** What a return to where an operation began would do. */
  async planRollback(ref: StackRef, rollbackOf: string, choice: RollbackChoice, signal?: AbortSignal): Promise<Plan> {
    const stack = await this.#ports.readStackAnew(ref, signal)
    const lock = await this.readLock(placeOf(stack))
    const operationId = this.#createId(stack, 'rollback')
    const { restoreData, skipBackup } = choice
    const how = { operationId, rollbackOf, restoreData, skipBackup }
    const request = { ...how, owner: this.#owner, lock, signal: orNever(signal) }
    return this.#keep(await planRollback(stack, request))
  }

  /** What the deletion of replaced data would do. Nothing is changed. */
  async planDeletion(ref: StackRef, origin: string, name: string, signal?: AbortSignal): Promise<Plan> {
    const stack = await this.#ports.readStackAnew(ref, signal)
    const lock = await this.readLock(placeOf(stack))
    const operationId = this.#createId(stack, 'deletion')
    const request = { operationId, deletes: { operationId: origin, name }, lock, signal: orNever(signal) }
    return this.#keep(await planDeletion(stack, request))
  }

  /**
   * Runs a plan that was shown. Returns when it has begun. Throws `operation.blocked`, `operation.plan-stale`,
   * `stack.edited-meanwhile`, `operation.locked`; nothing is changed then.
   */
  async run(ref: StackRef, planId: string): Promise<{ operationId: string }> {
    const plan = this.#takePlan(ref, planId)
    const stack = await this.#ports.readStackAnew(ref)
    await this.#begin(plan.id, async () => {
      await clearDeadLock(placeOf(stack), this.#reader)
      const context = await openOperation({ ports: this.#ports, owner: this.#owner, stack, plan }, () =>
        requireFresh(plan, stack),
      )
      this.#plans.delete(planId)
      this.#start(context, (run) => conduct(run, () => stepsOf(context, stack)))
    })
    return { operationId: plan.id }
  }

  /** Progress of an operation, wherever it runs, until it has ended. The first event is the whole picture. */
  async *watch(ref: StackRef, id: string, signal?: AbortSignal): AsyncGenerator<OperationEvent, void> {
    const running = this.#running.get(keyOf(ref, id))
    if (running !== undefined) {
      let isOver = false
      for await (const event of running.watch(signal)) {
        if (event.type === 'snapshot') isOver = event.record.endedAt !== null
        yield event
      }
      if (isOver || signal?.aborted === true || this.#quit.signal.aborted) return
    }
    // What this app has let go of, another may go on with.
    yield* watchForeign(await this.#ports.locate(ref, signal), id, this.#reader, signal)
  }

  /** Throws `operation.blocked` while this app runs an operation on the host: without its host it would be cut off. */
  requireIdle(hostId: string): void {
    const running = [...this.#running.values()].find(({ context }) => context.plan.stack.hostId === hostId)
    if (running === undefined) return
    const { kind, stack } = running.context.plan
    throw new SlipwayError('operation.blocked', `The ${kind} of ${stack.project} is running on this host.`, {
      state: 'The host was not removed.',
      hint: 'Wait until it has ended, or cancel it.',
    })
  }

  /** Before the first change it stops, after it rolls back. Only where it runs. */
  async cancel(ref: StackRef, id: string): Promise<void> {
    const running = this.#running.get(keyOf(ref, id))
    if (running !== undefined) return running.cancel()
    if (this.#asked.has(id)) throw this.#aboutToBegin(id)
    if ((await this.record(ref, id)).endedAt !== null) throw alreadyEnded(id)
    throw new SlipwayError('operation.blocked', `${id} does not run in this app, so it cannot be cancelled here.`, {
      hint: 'Cancel it where it runs; if that app is gone, roll the operation back.',
    })
  }

  /** Goes on with an interrupted operation, from the first step that is not done. */
  async resume(ref: StackRef, id: string, takeOver: boolean): Promise<void> {
    const open = async () => {
      const { context, stack, wasRollingBack } = await this.#reopen(ref, id, takeOver)
      this.#start(context, (run) =>
        wasRollingBack ? rollBack(run, null) : conduct(run, () => stepsOf(context, stack)),
      )
    }
    await this.#begin(id, open, () => this.#outlast(ref, id))
  }

  /** Takes an interrupted operation back. */
  async rollBack(ref: StackRef, id: string, takeOver: boolean): Promise<void> {
    const open = async () => {
      const { context } = await this.#reopen(ref, id, takeOver)
      this.#start(context, (run) => rollBack(run, null))
    }
    await this.#begin(id, open, () => this.#outlast(ref, id))
  }

  async lock(ref: StackRef): Promise<LockView | null> {
    return this.readLock(await this.#ports.locate(ref))
  }

  /** For the health monitor: a stack under an operation is in maintenance, not ill. */
  async readLock(place: LockPlace): Promise<LockView | null> {
    return viewLockOf(place, this.#reader)
  }

  async history(
    ref: StackRef,
    signal?: AbortSignal,
  ): Promise<{ operations: OperationSummary[]; error: ErrorShape | null }> {
    return readHistory(await this.#ports.locate(ref, signal), this.#reader, signal)
  }

  async record(ref: StackRef, id: string, signal?: AbortSignal): Promise<OperationRecord> {
    const running = this.#running.get(keyOf(ref, id))
    return running?.record() ?? readRecord(await this.#ports.locate(ref, signal), id, this.#reader, signal)
  }

  async plan(ref: StackRef, id: string, signal?: AbortSignal): Promise<Plan> {
    return readPlan(await this.#ports.locate(ref, signal), id, signal)
  }

  async journal(ref: StackRef, id: string, signal?: AbortSignal): Promise<JournalEntry[]> {
    return viewJournal(await this.#ports.locate(ref, signal), id, signal)
  }

  async attachment(ref: StackRef, id: string, name: string, signal?: AbortSignal) {
    const { host, slipwayDirectory } = await this.#ports.locate(ref, signal)
    return readAttachment(host, layOutOperation(slipwayDirectory, id), name, signal)
  }

  async backups(ref: StackRef, signal?: AbortSignal): Promise<BackupList> {
    return viewBackups(await this.#ports.locate(ref, signal), signal)
  }

  async backup(ref: StackRef, id: string, signal?: AbortSignal): Promise<BackupView> {
    return viewOneBackup(await this.#ports.locate(ref, signal), id, signal)
  }

  /** What restores have replaced and is still kept. */
  async replaced(ref: StackRef, signal?: AbortSignal): Promise<ReplacedList> {
    return listReplaced(await this.#ports.locate(ref, signal), signal)
  }

  /** Looks at replaced data where it lies. */
  async measureReplaced(ref: StackRef, origin: string, name: string, signal?: AbortSignal): Promise<ReplacedMeasure> {
    const stack = await this.#ports.readStackAnew(ref, signal)
    const replaced = await findReplaced(placeOf(stack), { operationId: origin, name }, signal)
    const cli = await findDockerCli(stack.session, signal)
    const { dataset, bytes } = await measureReplaced(stack, replaced, { cli, signal: orNever(signal) })
    return { bytes, service: dataset.service }
  }

  async dispose(): Promise<void> {
    this.#quit.abort(new SlipwayError('operation.interrupted', 'The app is quitting.'))
    await Promise.allSettled(this.#ends)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #createId(stack: Stack, kind: Plan['kind']): string {
    return createOperationId(stack.session.host.now(), kind, randomBytes(3).toString('hex'))
  }

  #keep(plan: Plan): Plan {
    this.#plans.set(plan.id, plan)
    for (const id of [...this.#plans.keys()].slice(0, -MAX_PLANS)) this.#plans.delete(id)
    return plan
  }

  #takePlan(ref: StackRef, planId: string): Plan {
    const plan = this.#plans.get(planId)
    if (plan === undefined || plan.stack.project !== ref.project || plan.stack.hostId !== ref.hostId) {
      throw new SlipwayError('operation.plan-stale', 'This plan is not known any more.', {
        state: 'Nothing was changed.',
        hint: 'Plan again.',
      })
    }
    if (plan.blockers.length === 0) return plan
    throw new SlipwayError('operation.blocked', `The ${plan.kind} cannot begin: ${plan.blockers.join(' ')}`, {
      state: 'Nothing was changed.',
      hint: 'Deal with what the preflight found, then plan again.',
    })
  }

  #aboutToBegin(id: string): SlipwayError {
    return new SlipwayError('operation.blocked', `${id} is about to be gone on with in this app.`, {
      hint: 'It begins within some seconds. It can be watched then, or cancelled.',
    })
  }

  async #outlast(ref: StackRef, operationId: string): Promise<void> {
    const { signal } = this.#quit
    const { host, slipwayDirectory } = await this.#ports.locate(ref, signal)
    await outlastOwnWork(host, slipwayDirectory, { owner: this.#owner, operationId }, signal)
  }

  async #reopen(ref: StackRef, id: string, takeOver: boolean) {
    const stack = await this.#ports.readStackAnew(ref)
    await clearDeadLock(placeOf(stack), this.#reader)
    const stored = await readOperation(placeOf(stack), id)
    if (hasEnded(stored.journal)) throw alreadyEnded(id)
    const bind = await bindAsPlanned(stored.plan, stack)
    const ports: OperationPorts = {
      ...this.#ports,
      readStack: async (own, signal) => bind(await this.#ports.readStack(own, signal)),
    }
    const parts = { ports, owner: this.#owner, stack: bind(stack), plan: stored.plan }
    const context = await reopenOperation(parts, takeOver)
    const wasRollingBack = context.journal.entries.some(({ type }) => type === 'rollback-started')
    return { context, stack: parts.stack, wasRollingBack }
  }

  #isAtWork(id: string): boolean {
    return this.#beginning.has(id) || [...this.#running.values()].some(({ context }) => context.plan.id === id)
  }

  /** Once at a time. While `open` takes the lock and starts the operation, this app counts as at work on it. */
  async #begin(id: string, open: () => Promise<void>, before?: () => Promise<void>): Promise<void> {
    if (this.#isAtWork(id)) {
      throw new SlipwayError('operation.blocked', `${id} is running in this app.`, { hint: 'Watch it.' })
    }
    if (this.#asked.has(id)) throw this.#aboutToBegin(id)
    this.#asked.add(id)
    try {
      await before?.()
      this.#quit.signal.throwIfAborted()
      this.#beginning.add(id)
      await open()
    } finally {
      this.#beginning.delete(id)
      this.#asked.delete(id)
    }
  }

  #start(context: OperationContext, work: (run: Conduct) => Promise<void>): void {
    const key = keyOf(context.plan.stack, context.plan.id)
    const running = new RunningOperation(context)
    this.#running.set(key, running)
    const end = running
      .start(this.#quit.signal, work)
      .catch((error: unknown) => {
        // A fault of ours: the operation stays in its journal, for a person to look at.
        context.lock.abandon()
        this.#ports.onBug?.(error)
      })
      .finally(() => {
        this.#running.delete(key)
        this.#ends.delete(end)
      })
    this.#ends.add(end)
  }
}

async function stepsOf(context: OperationContext, stack: Stack): Promise<readonly Step[]> {
  switch (context.plan.kind) {
    case 'upgrade':
      return upgrade(context, stack)
    case 'rollback':
      return rollBackByHand(context)
    case 'deletion':
      return deletion(context)
  }
}

function keyOf({ hostId, project }: StackRef, id: string): string {
  return JSON.stringify([hostId, project, id])
}

function orNever(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal
}
