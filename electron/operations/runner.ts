import type { LayerProgress } from '../../shared/contract/operations.ts'
import { isCancellation, isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import type { Attachments } from './attachments.ts'
import type { Journal, NewEntry } from './journal.ts'
import type { StackLock } from './lock.ts'
import { isConnectionError, waitForConnection } from './reconnect.ts'
import type { Step, StepEnd, StepReport } from './step.ts'

/** Who watches a run: what is shown, but not kept. */
export interface LiveView {
  show(stepId: string, message: string): void
  showLayers(stepId: string, layers: readonly LayerProgress[]): void
  showOutput(stepId: string, text: string): void
}

export interface Runner {
  readonly host: Host
  readonly lock: StackLock
  readonly journal: Journal
  readonly attachments: Attachments
  readonly live: LiveView
}

/** A connection that breaks again and again is a failure: each try may have cost minutes. */
const MAX_TRIES = 3

/**
 * Runs steps in order, leaving out those that are finished. Throws the first failure; steps that go on after
 * theirs are thrown as the last thing, together. Before each step the lock is looked at, and its beginning is in
 * the journal before anything is done.
 */
export async function runSteps(
  runner: Runner,
  steps: readonly Step[],
  options: { readonly signal: AbortSignal; readonly finished?: ReadonlySet<string> },
): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    if (options.finished?.has(step.id)) continue
    options.signal.throwIfAborted()
    try {
      await runStep(runner, step, options.signal)
    } catch (error) {
      if (!step.goOnAfterFailure || runner.lock.lost.aborted || isCancellation(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** A step that fails because the connection broke is run again when it is back: steps look first at what is there. */
async function runStep(runner: Runner, step: Step, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryStep(runner, step, signal)
    } catch (error) {
      if (!isConnectionError(error) || attempt >= MAX_TRIES || signal.aborted) throw error
      await waitForConnection(runner.host, signal)
      const message = `The connection to ${runner.host.label} was lost and is back: “${step.title}” is run again.`
      await runner.journal.appendIfPossible({ type: 'note', stepId: step.id, message })
    }
  }
}

async function tryStep(runner: Runner, step: Step, signal: AbortSignal): Promise<void> {
  const { lock, journal } = runner
  await lock.enterStep(step.id)
  const { phase, kind, title, service, commands, undoes, changes } = step
  const data = { phase, kind, title, service, commands, undoes, changes }
  await write(journal, step, { type: 'step-started', stepId: step.id, data })
  try {
    const end = await step.run(createReport(runner, step, signal))
    await write(journal, step, describeEnd(step, end))
  } catch (error) {
    const shape = toErrorShape(error)
    // The one who has the lock now writes the journal; and a step that this app leaves has not failed.
    if (!lock.lost.aborted && shape.code !== 'operation.interrupted') {
      const entry = { type: 'step-failed', stepId: step.id, message: shape.message, data: { error: shape } } as const
      await journal.appendIfPossible(entry)
    }
    throw error
  }
}

/** What cannot be journaled is not done; a rollback is done all the same. */
async function write(journal: Journal, step: Step, entry: NewEntry): Promise<void> {
  if (step.phase === 'rollback') await journal.appendIfPossible(entry)
  else await journal.append(entry)
}

function describeEnd(step: Step, end: StepEnd): NewEntry {
  if (end.kind === 'skipped') return { type: 'step-skipped', stepId: step.id, message: end.message }
  return {
    type: 'step-done',
    stepId: step.id,
    ...(end.message === undefined ? {} : { message: end.message }),
    data: { result: end.result ?? {}, passedOver: end.passedOver ?? null },
  }
}

function createReport({ journal, attachments, live }: Runner, step: Step, signal: AbortSignal): StepReport {
  const stepId = step.id
  return {
    signal,
    say: (message) => write(journal, step, { type: 'step-message', stepId, message }),
    show: (message) => live.show(stepId, message),
    showLayers: (layers) => live.showLayers(stepId, layers),
    showOutput: (text) => live.showOutput(stepId, text),
    addEvidence: (evidence) => write(journal, step, { type: 'evidence', stepId, data: evidence }),
    keep: (name, title, text) => attachments.keep(stepId, name, title, text),
  }
}

/** Whether an error is one of the given codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isSlipwayError(error) && codes.includes(error.code)
}
