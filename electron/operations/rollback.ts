import { SlipwayError } from '../../shared/errors.ts'
import { readProgress } from '../../shared/operations/progress.ts'
import type { Stack } from '../stacks/stack.ts'
import { commandsToEdit, commandsToReplace, commandsToRestoreData, commandsToTag } from './commands.ts'
import { datasetsTouchedBy } from './datasets/of-stack.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import { findUnnamed } from './find-unnamed.ts'
import type { OperationContext } from './operation-context.ts'
import { smokeCommands } from './question-commands.ts'
import { readRollbackPoint } from './rollback-point.ts'
import { scopeRollback } from './rollback-scope.ts'
import { findReturnEdits, type ReturnTo } from './rollback-target.ts'
import { findServiceStep, groupByStep, serviceStepId } from './service-steps.ts'
import type { Step } from './step.ts'
import { describeRemoved, removeMade } from './step-remove-made.ts'
import { type RestoreScope, restoreData } from './step-restore-data.ts'
import { restoreFiles } from './step-restore-files.ts'
import { replaceServices } from './step-service.ts'
import { smoke } from './step-smoke-test.ts'

/** What an automatic rollback will do, and what it leaves undone on purpose. */
export interface RollbackWork {
  readonly steps: readonly Step[]
  readonly restoresData: boolean
  /** Set: the data stays although it may not fit the old version, for this reason. */
  readonly dataStays: string | null
}

/**
 * The way back from a half-done operation to its rollback point: files, data, services in order, smoke test.
 * Derived from the journal on the host, so that this app, its next start and another laptop all do the same.
 */
export async function rollBackSteps(context: OperationContext, signal: AbortSignal): Promise<RollbackWork> {
  const { plan, ports, host, files, journal } = context
  const progress = readProgress(journal.entries)
  const stack = await ports.readStack(plan.stack, signal)
  const scope = scopeRollback(plan, progress, stack.runbook.versions)
  if (!scope.files && scope.services.length === 0) return { steps: [], restoresData: false, dataStays: null }
  const point = await readRollbackPoint(host, files, signal)
  const backupId = progress.results.backup?.backupId
  if (point === null) throw noPoint(context, scope.dataOf, backupId)
  const written = Object.fromEntries(plan.edits.map(({ path, afterSha256 }) => [path, afterSha256]))
  const to: ReturnTo = { point, files, written }
  const dataStays = decideData(context, scope.dataOf, backupId)
  const dataOf = dataStays === null ? findTouched(stack, scope.dataOf) : []
  const asksForData = dataStays === null && scope.dataOf.length > 0 && typeof backupId === 'string'
  const lost = asksForData ? await findUnnamed(stack, backupId, signal) : []
  // What nobody can put back is a step that fails, and says so.
  const restoring = dataOf.length + lost.length > 0 && typeof backupId === 'string'
  return {
    restoresData: restoring,
    dataStays,
    steps: [
      filesStep(context, to, [...commandsToTag(stack, point), ...(await commandsToReturn(stack, to, signal))]),
      ...(restoring ? [dataStep(context, stack, { backupId, services: dataOf, startedLater: scope.services })] : []),
      ...groupByStep(plan, scope.services).map((group, index, groups) =>
        oldServicesStep(context, to, group, groups.slice(index + 1).flat()),
      ),
      ...(scope.smokeTest ? [oldSmokeTestStep(context, stack)] : []),
    ],
  }
}

/** The files are read again when the step runs: what cannot be read now is told then. */
async function commandsToReturn(stack: Stack, to: ReturnTo, signal: AbortSignal): Promise<string[]> {
  try {
    return commandsToEdit(stack, (await findReturnEdits(stack, to, signal)).edits)
  } catch {
    signal.throwIfAborted()
    return ['# Write the old version where the files say the other one.']
  }
}

function filesStep(context: OperationContext, to: ReturnTo, commands: readonly string[]): Step {
  return {
    id: 'rollback:restore-files',
    kind: 'restore-files',
    title: 'Restore files',
    service: null,
    phase: 'rollback',
    undoes: ['pin', 'restore-files'],
    commands: commands.map(context.mask),
    changes: true,
    run: async (report) => {
      // A migration that goes on by itself would change the data under the old version.
      await removeLeftovers(context.cli, context.plan.id)
      return { kind: 'done', message: await restoreFiles(context, to, report) }
    },
  }
}

function dataStep(context: OperationContext, stack: Stack, scope: RestoreScope): Step {
  const { backupId, services } = scope
  return {
    id: 'rollback:restore-data',
    kind: 'restore-data',
    title: 'Restore data',
    service: null,
    phase: 'rollback',
    undoes: ['migrate', 'restore-data'],
    commands: commandsToRestoreData(stack, backupId, services).map(context.mask),
    changes: true,
    run: async (report) => {
      const meaning = await restoreData(context, scope, report)
      return {
        kind: 'done',
        message: `Data of ${services.join(', ')} restored. ${meaning}`,
        result: { restored: true, meaning },
      }
    },
  }
}

/** What does not come back does not keep the others from being tried. */
function oldServicesStep(
  context: OperationContext,
  { point }: ReturnTo,
  services: readonly string[],
  later: readonly string[],
): Step {
  const [first = '', ...more] = services
  const undone = findServiceStep(context.plan, first)?.id ?? serviceStepId([first])
  return {
    id: `rollback:${serviceStepId(services)}`,
    kind: 'service',
    title: `Bring back ${more.length === 0 ? first : `${services.length} images`}`,
    service: more.length === 0 ? first : null,
    phase: 'rollback',
    undoes: [undone],
    commands: commandsToReplace(context, first),
    changes: true,
    goOnAfterFailure: true,
    run: async (report) => {
      const kept = point.services.filter(({ service }) => services.includes(service))
      const others = services.filter((name) => !kept.some(({ service }) => service === name))
      const removed = await removeMade(context, point, others, report)
      if (kept.length === 0) return describeRemoved(others, removed)
      const { service, outcome } = await replaceServices(context, kept, report, { isReturn: true, later })
      if (outcome.verdict === 'passed') return { kind: 'done', message: outcome.reason }
      const reference = kept.find((one) => one.service === service)?.reference
      throw new SlipwayError(
        'gate.failed',
        `${service} on ${context.host.label} did not become healthy again with ${reference}: ${outcome.reason}`,
        { hint: "Read the container's last log lines, which are kept with this operation." },
      )
    },
  }
}

function oldSmokeTestStep(context: OperationContext, stack: Stack): Step {
  const versions = context.plan.changes.map(({ service, from }) => [service, from.version] as const)
  return {
    id: 'rollback:smoke-test',
    kind: 'smoke-test',
    title: 'Smoke test of the old version',
    service: null,
    phase: 'rollback',
    undoes: ['smoke-test'],
    commands: smokeCommands(stack, versions).map(context.mask),
    changes: false,
    goOnAfterFailure: true,
    run: (report) =>
      smoke(context, report, ({ reason }) => {
        throw new SlipwayError('smoke.failed', `The old version fails its smoke test: ${reason}`, {
          hint: 'Its health is good: look at the evidence of the step to see what does not work.',
        })
      }),
  }
}

/** Services that work on data; those that only bring an image had none of it in their hands. */
function findTouched(stack: Stack, services: readonly string[]): readonly string[] {
  return services.filter((service) => datasetsTouchedBy(stack, [service]).length > 0)
}

/** Null: data that must be restored can be. Otherwise why it stays. */
function decideData({ plan }: OperationContext, dataOf: readonly string[], backupId: unknown): string | null {
  if (dataOf.length === 0) return null
  if (!plan.options.restoreDataOnRollback) return 'the plan was approved without restoring data'
  if (plan.options.skipBackup !== null) return 'no backup was made'
  return typeof backupId === 'string' ? null : 'there was no data set to back up'
}

function noPoint({ plan, host, layout }: OperationContext, dataOf: readonly string[], backupId: unknown): SlipwayError {
  const data =
    dataOf.length > 0 && typeof backupId === 'string'
      ? `, put the data of ${dataOf.join(', ')} back from ${layout.backups}/${backupId}`
      : ''
  return new SlipwayError('operation.rollback-failed', `The rollback point of ${plan.id} on ${host.label} is gone.`, {
    hint: `Pin the old version by hand${data}, and bring the services up.`,
  })
}
