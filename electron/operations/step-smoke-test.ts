import { fromErrorShape, SlipwayError } from '../../shared/errors.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { GateOutcome } from './ports.ts'
import type { Step, StepEnd, StepReport } from './step.ts'
import { passOver } from './step-service.ts'

/** Uses the product as its clients do: green health alone does not mean that it works. */
export function smokeTestStep(context: OperationContext): Step {
  return {
    ...planStepOf(context.plan, 'smoke-test'),
    changes: true,
    run: (report) => smoke(context, report, (outcome) => passOver(context, outcome) ?? failSmokeTest(context, outcome)),
  }
}

type SmokeContext = Pick<OperationContext, 'plan' | 'ports'>

/**
 * Runs the smoke test and keeps its evidence. Where nothing that uses the product is left of it, it is skipped if the
 * plan had said so before it was approved; it never counts as done. Whatever else is not passed goes to `fail`.
 */
export async function smoke(
  { plan, ports }: SmokeContext,
  report: StepReport,
  fail: (outcome: GateOutcome) => StepEnd,
): Promise<StepEnd> {
  const stack = await ports.readStack(plan.stack, report.signal)
  const outcome = await ports.runSmokeTest(stack, { signal: report.signal, onProgress: report.show })
  if (outcome === null) return { kind: 'skipped', message: 'The runbook has no smoke test.' }
  for (const evidence of outcome.evidence) await report.addEvidence(evidence)
  if (outcome.verdict === 'passed') return { kind: 'done', message: outcome.reason }
  const isApproved = outcome.untested !== undefined && plan.untested !== null
  return isApproved ? { kind: 'skipped', message: outcome.reason } : fail(outcome)
}

export function failSmokeTest({ host }: OperationContext, outcome: GateOutcome): never {
  if (outcome.error !== null) throw fromErrorShape(outcome.error)
  throw new SlipwayError('smoke.failed', `The smoke test on ${host.label} failed: ${outcome.reason}`, {
    hint: 'The evidence of the step shows what was asked and what was answered.',
  })
}
