import { fromErrorShape, SlipwayError } from '../../shared/errors.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { GateOutcome } from './ports.ts'
import type { Step, StepReport } from './step.ts'
import { passOver } from './step-service.ts'

/** Uses the product as its clients do: green health alone does not mean that it works. */
export function smokeTestStep(context: OperationContext): Step {
  return {
    ...planStepOf(context.plan, 'smoke-test'),
    changes: true,
    run: async (report) => {
      const outcome = await smoke(context, report)
      if (outcome === null) return { kind: 'skipped', message: 'The runbook has no smoke test.' }
      if (outcome.verdict === 'passed') return { kind: 'done', message: outcome.reason }
      return passOver(context, outcome) ?? failSmokeTest(context, outcome)
    },
  }
}

export async function smoke(context: OperationContext, report: StepReport): Promise<GateOutcome | null> {
  const { plan, ports } = context
  const stack = await ports.readStack(plan.stack, report.signal)
  const outcome = await ports.runSmokeTest(stack, { signal: report.signal, onProgress: report.show })
  for (const evidence of outcome?.evidence ?? []) await report.addEvidence(evidence)
  return outcome
}

export function failSmokeTest({ host }: OperationContext, outcome: GateOutcome): never {
  if (outcome.error !== null) throw fromErrorShape(outcome.error)
  throw new SlipwayError('smoke.failed', `The smoke test on ${host.label} failed: ${outcome.reason}`, {
    hint: 'The evidence of the step shows what was asked and what was answered.',
  })
}
