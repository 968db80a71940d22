import { expect, test } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import type { Stack } from '../stacks/stack.ts'
import type { GateOutcome, OperationPorts } from './ports.ts'
import type { StepReport } from './step.ts'
import { smoke } from './step-smoke-test.ts'

const open: GateOutcome = { verdict: 'unknown', reason: 'Nobody knows.', evidence: [], error: null }

async function run(outcome: GateOutcome | null, untested: string | null) {
  const ports = { readStack: async () => ({}) as Stack, runSmokeTest: async () => outcome } as Partial<OperationPorts>
  const context = { plan: samplePlan({ untested }), ports: ports as OperationPorts }
  const report = { signal: new AbortController().signal, show: () => undefined, addEvidence: async () => undefined }
  return smoke(context, report as Partial<StepReport> as StepReport, ({ verdict }) => ({
    kind: 'done',
    message: `failed: ${verdict}`,
  }))
}

test.each([
  ['was not named by the plan', 'No key.', null, { kind: 'done', message: 'failed: unknown' }],
  ['is of another kind than the plan named', undefined, 'No key.', { kind: 'done', message: 'failed: unknown' }],
  ['is what the plan named', 'No key.', 'No key.', { kind: 'skipped', message: 'Nobody knows.' }],
])('an unknown that %s ends as it should', async (_title, untested, planned, end) => {
  expect(await run({ ...open, ...(untested === undefined ? {} : { untested }) }, planned)).toEqual(end)
})
