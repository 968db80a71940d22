import { SlipwayError } from '../../shared/errors.ts'
import type { Container } from '../docker/engine.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step } from './step.ts'
import { requireImage } from './step-pull.ts'
import { tidyAfterCommit } from './tidy.ts'

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
      await tidyAfterCommit(context, report)
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
