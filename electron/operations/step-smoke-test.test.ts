import { expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import type { OperationContext } from './operation-context.ts'
import type { GateOutcome, OperationPorts } from './ports.ts'
import type { StepReport } from './step.ts'
import { smokeTestStep } from './step-smoke-test.ts'

const failed: GateOutcome = { verdict: 'failed', reason: 'Report an error: Answered 500.', evidence: [], error: null }
const report = { signal: new AbortController().signal, show: () => undefined } as unknown as StepReport

function run(outcome: GateOutcome | null) {
  const ports = { readStack: async () => ({}), runSmokeTest: async () => outcome } as unknown as OperationPorts
  const context = { plan: samplePlan(), host: { label: 'vm' }, ports } as OperationContext
  return smokeTestStep(context).run(report)
}

it('a product that is green and does not work fails the step, with what it answered', async () => {
  await expect(run(failed)).rejects.toMatchObject({
    code: 'smoke.failed',
    message: 'The smoke test on vm failed: Report an error: Answered 500.',
    hint: expect.stringContaining('evidence'),
  })
})

it('one that works, or of which nothing is asked, does not', async () => {
  expect(await run({ ...failed, verdict: 'passed', reason: 'All 10 steps passed.' })).toEqual({
    kind: 'done',
    message: 'All 10 steps passed.',
  })
  expect(await run(null)).toMatchObject({ kind: 'skipped' })
})
