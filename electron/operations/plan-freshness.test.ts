import { expect, test } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import type { Stack } from '../stacks/stack.ts'
import { requireFresh } from './plan-freshness.ts'

const [web] = samplePlan().changes
const plan = samplePlan({ changes: web === undefined ? [] : [web] })

/** The stack of the plan, whose file says what it said then, and which runs some version. */
function stackOf(version: string): Stack {
  const pins = { web: { reference: web?.from.reference, tag: '1.0.0', digest: null } }
  const containers = { web: [buildContainer('web', { imageReference: `shop/web:${version}` })] }
  const runbook = { id: plan.runbookId, versions: { tagPrefix: '' }, services: [] }
  const session = { host: { label: 'vm' } }
  return { pins, containers, runbook, runbookSource: 'generic', binding: { problems: [] }, session } as unknown as Stack
}

test('a plan holds as long as what it was made from runs', async () => {
  await requireFresh(plan, stackOf('1.0.0'))
  await expect(requireFresh(plan, stackOf('1.1.0'))).rejects.toMatchObject({ code: 'operation.plan-stale' })
})
