import { expect, test } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import type { Stack } from '../stacks/stack.ts'
import { findMadeSince } from './rollback-target.ts'

const kept = { service: 'web', reference: '', version: null, imageId: '', digest: null, keepTag: '', containerId: '' }

test.each([
  ['that was made since', 'service', 'new', ['worker']],
  ['that was there before', 'service', 'old', []],
  ['of a job, which is over', 'one-shot', 'new', []],
])('a container %s, of a service without a way back, is told as it should', (_title, kind, id, expected) => {
  const containers = { web: [buildContainer('web')], worker: [buildContainer('worker', { id })] }
  const runbook = { services: [{ name: 'worker', kind }] } as unknown as Stack['runbook']
  const point = { services: [kept], containerIds: ['old'] }
  expect(findMadeSince({ containers, runbook }, samplePlan(), point)).toEqual(expected)
})
