import { isOperationId } from '../../shared/operations/operation-id.ts'
import { listNames, pruneBackups, readManifest } from './backup-store.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import { layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { placeOfPlan } from './operation-files.ts'
import { pruneReplaced } from './replaced-data.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { StepReport } from './step.ts'

/** Rollback points beyond these go; each keeps old images on the disk. */
const KEPT_ROLLBACK_POINTS = 3

type Report = Pick<StepReport, 'signal' | 'say'>

/** Removes its own containers, and what is older than what an operation leaves that has succeeded. That this fails is told, and no failure. */
export async function tidyAfterCommit(context: OperationContext, report: Report): Promise<void> {
  await orSay(report, () => removeLeftovers(context.cli, context.plan.id))
  await orSay(report, async () => {
    const points = await pruneRollbackPoints(context)
    if (points.length > 0) await report.say(`Rollback points removed: ${points.join(', ')}.`)
    // A rollback point that stays is offered, and without its data it would be no way back.
    await pruneData(context, report, await listRollbackPoints(context))
  })
}

/**
 * The same after a rollback, so that upgrades which fail again and again do not fill the disk. Rollback points stay, with
 * the backups that belong to them: an operation that was taken back is no newer way back.
 */
export async function tidyAfterRollback(context: OperationContext, signal: AbortSignal): Promise<void> {
  const say = async (message: string) => {
    await context.journal.appendIfPossible({ type: 'note', message })
  }
  await orSay({ say }, async () => pruneData(context, { signal, say }, await listRollbackPoints(context)))
  // Whoever has the lock now says how it ended.
  context.lock.lost.throwIfAborted()
}

async function orSay({ say }: Pick<Report, 'say'>, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await say(`Tidying up did not succeed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Backups beyond those that the runbook keeps, but for `needed`, and data that older restores have replaced. */
async function pruneData(context: OperationContext, { signal, say }: Report, needed: readonly string[]): Promise<void> {
  const { host, layout, plan } = context
  const stack = await context.ports.readStack(plan.stack)
  // Never before the newer one is there, complete and proven.
  const own = await readManifest(host, layout, plan.id)
  const keep = stack.runbook.backup?.keep ?? 7
  const backups = own === null ? [] : await pruneBackups(placeOfPlan(context), keep, new Set([plan.id, ...needed]))
  const replaced = await pruneReplaced(context, stack, signal)
  if (backups.length > 0) await say(`Backups removed: ${backups.join(', ')}.`)
  if (replaced.removed.length > 0) await say(`Replaced data removed: ${replaced.removed.join(', ')}.`)
  if (replaced.left.length > 0) await say(`Replaced data that is left: ${replaced.left.join(' ')}`)
}

/** Operations that have a rollback point, oldest first. */
async function listRollbackPoints({ host, layout }: OperationContext): Promise<string[]> {
  const ids = (await listNames(host, layout.operations)).filter(isOperationId)
  const withPoint: string[] = []
  for (const id of ids) {
    if ((await host.files.stat(layOutOperation(layout.root, id).pointFile)) !== null) withPoint.push(id)
  }
  return withPoint
}

/** Removes old rollback points with their image tags, and returns their operations. */
async function pruneRollbackPoints(context: OperationContext): Promise<string[]> {
  const { host, layout, session, plan } = context
  const withPoint = await listRollbackPoints(context)
  const needed = new Set([plan.id, plan.rollbackOf])
  const old = withPoint.slice(0, Math.max(0, withPoint.length - KEPT_ROLLBACK_POINTS)).filter((id) => !needed.has(id))
  for (const id of old) {
    const files = layOutOperation(layout.root, id)
    const point = await readRollbackPoint(host, files)
    for (const { keepTag } of point?.services ?? []) await session.engine.removeImage(keepTag)
    await host.files.removeTree(files.rollbackPoint)
  }
  return old
}
