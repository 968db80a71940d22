import { expect, it, test } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import type { Stack } from '../stacks/stack.ts'
import type { OperationContext } from './operation-context.ts'
import type { GateOutcome, OperationPorts } from './ports.ts'
import type { StepReport } from './step.ts'
import { smoke, smokeTestStep } from './step-smoke-test.ts'

const open: GateOutcome = { verdict: 'unknown', reason: 'Nobody knows.', evidence: [], error: null }
const failed: GateOutcome = { ...open, verdict: 'failed', reason: 'Report an error: Answered 500.' }

const report = {
  signal: new AbortController().signal,
  show: () => undefined,
  addEvidence: async () => undefined,
} as Partial<StepReport> as StepReport

function contextOf(outcome: GateOutcome | null, untested: string | null = null) {
  const ports = { readStack: async () => ({}) as Stack, runSmokeTest: async () => outcome } as Partial<OperationPorts>
  return { plan: samplePlan({ untested }), host: { label: 'vm' }, ports } as OperationContext
}

it('a product that is green and does not work fails the step, with what it answered', async () => {
  await expect(smokeTestStep(contextOf(failed)).run(report)).rejects.toMatchObject({
    code: 'smoke.failed',
    message: 'The smoke test on vm failed: Report an error: Answered 500.',
    hint: expect.stringContaining('evidence'),
  })
})

it('one that works, or of which nothing is asked, does not', async () => {
  const passed: GateOutcome = { ...open, verdict: 'passed', reason: 'All 10 steps passed.' }
  expect(await smokeTestStep(contextOf(passed)).run(report)).toEqual({ kind: 'done', message: 'All 10 steps passed.' })
  expect(await smokeTestStep(contextOf(null)).run(report)).toMatchObject({ kind: 'skipped' })
})

test.each([
  ['was not named by the plan', 'No key.', null, { kind: 'done', message: 'failed: unknown' }],
  ['is of another kind than the plan named', undefined, 'No key.', { kind: 'done', message: 'failed: unknown' }],
  ['is what the plan named', 'No key.', 'No key.', { kind: 'skipped', message: 'Nobody knows.' }],
])('an unknown that %s ends as it should', async (_title, untested, planned, end) => {
  const outcome = { ...open, ...(untested === undefined ? {} : { untested }) }
  const fail = ({ verdict }: GateOutcome) => ({ kind: 'done', message: `failed: ${verdict}` }) as const
  expect(await smoke(contextOf(outcome, planned), report, fail)).toEqual(end)
})
