import { SlipwayError } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import type { Container } from '../docker/engine.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import { listNames, pruneBackups, readManifest } from './backup-store.ts'
import { layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import { pruneReplaced } from './replaced-data.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { Step, StepReport } from './step.ts'
import { requireImage } from './step-pull.ts'

/** Rollback points beyond these go; each keeps old images on the disk. */
const KEPT_ROLLBACK_POINTS = 3

/** The image that a service must run by now. */
export type ImageIdOf = (service: string, signal: AbortSignal) => Promise<string>

/** Looks once more at everything together, and then lets go of what is not needed any longer. */
export function commitStep(context: OperationContext, imageIdOf = newImageId(context)): Step {
  return {
    ...planStepOf(context.plan, 'commit'),
    changes: true,
    run: async (report) => {
      await verifyEverything(context, imageIdOf, report.signal)
      // From here on nothing that fails may take the new version back.
      await tidy(context, report)
      return { kind: 'done', message: `The stack runs ${context.plan.toVersion}.` }
    },
  }
}

function newImageId({ plan, session }: OperationContext): ImageIdOf {
  return async (service, signal) => {
    const change = plan.changes.find((candidate) => candidate.service === service)
    if (change === undefined) throw new Error(`The plan ${plan.id} does not change ${service}.`)
    return (await requireImage(session.engine, change.to, signal)).id
  }
}

/** A service that was healthy when it was its turn may have fallen since. */
async function verifyEverything(
  { plan, ports, host }: OperationContext,
  imageIdOf: ImageIdOf,
  signal: AbortSignal,
): Promise<void> {
  const stack = await ports.readStack(plan.stack, signal)
  for (const { service } of plan.changes) {
    const imageId = await imageIdOf(service, signal)
    for (const container of stack.containers[service] ?? []) {
      const wrong = container.imageId !== imageId ? `runs ${container.imageReference}` : null
      const fallen = hasFallen(container, serviceKind(stack.runbook, service))
      if (wrong === null && (!fallen || plan.options.continueUnhealthy !== null)) continue
      const state = wrong ?? `is ${container.health === 'unhealthy' ? 'unhealthy' : container.state}`
      throw new SlipwayError('gate.failed', `At the end, ${service} on ${host.label} ${state}.`, {
        hint: "Read the container's log.",
      })
    }
  }
}

function hasFallen({ state, health, exitCode }: Container, kind: ReturnType<typeof serviceKind>): boolean {
  if (kind === 'service') return state !== 'running' || health === 'unhealthy'
  return state !== 'exited' || exitCode !== 0
}

async function tidy(context: OperationContext, report: StepReport): Promise<void> {
  try {
    const stack = await context.ports.readStack(context.plan.stack)
    const points = await pruneRollbackPoints(context)
    // Never before the newer one is there, complete and proven.
    const own = await readManifest(context.host, context.layout, context.plan.id)
    const keep = stack.runbook.backup?.keep ?? 7
    const backups =
      own === null ? [] : await pruneBackups(context.host, context.layout, keep, new Set([context.plan.id]))
    const replaced = await pruneReplaced(context, stack, report.signal)
    if (points.length > 0) await report.say(`Rollback points removed: ${points.join(', ')}.`)
    if (backups.length > 0) await report.say(`Backups removed: ${backups.join(', ')}.`)
    if (replaced.removed.length > 0) await report.say(`Replaced data removed: ${replaced.removed.join(', ')}.`)
    if (replaced.left.length > 0) await report.say(`Replaced data that is left: ${replaced.left.join(' ')}`)
  } catch (error) {
    await report.say(`Tidying up did not succeed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Removes old rollback points with their image tags, and returns their operations. */
async function pruneRollbackPoints({ host, layout, session, plan }: OperationContext): Promise<string[]> {
  const ids = (await listNames(host, layout.operations)).filter(isOperationId)
  const withPoint: string[] = []
  for (const id of ids) {
    if ((await host.files.stat(layOutOperation(layout.root, id).pointFile)) !== null) withPoint.push(id)
  }
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
