import { expect, test } from 'vitest'
import type { ServiceChange } from '../../shared/contract/operations.ts'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { serviceSchema } from '../../shared/runbook/schema.ts'
import { findServiceStep, groupByStep, serviceStepId, servicesOfStep, shareSteps } from './service-steps.ts'

const runbook = {
  services: ['db', 'agent', 'sidecar', 'api', 'runner'].map((name) =>
    serviceSchema.parse({ name, kind: ['agent', 'sidecar', 'runner'].includes(name) ? 'pre-pull' : 'service' }),
  ),
}

function change(service: string): ServiceChange {
  return { ...(samplePlan().changes[0] as ServiceChange), service }
}

/** Names, those together that share a step. */
function share(...services: string[]): string[][] {
  return shareSteps(runbook, services.map(change)).map((group) => group.map(({ service }) => service))
}

test('services that only bring images and follow each other share a step, and no others do', () => {
  expect(share('agent', 'sidecar', 'api', 'runner')).toEqual([['agent', 'sidecar'], ['api'], ['runner']])
  expect(share('db', 'api')).toEqual([['db'], ['api']])
  expect(share()).toEqual([])
})

test('a plan tells which services a step takes, also one that was made when each had its own', () => {
  const step = samplePlan().steps.find(({ kind }) => kind === 'service')
  const steps = [['agent', 'sidecar'], ['api']].map((services) => ({ ...step, id: serviceStepId(services) }))
  const plan = samplePlan({ steps: steps as never })
  expect(findServiceStep(plan, 'sidecar')?.id).toBe('service:agent,sidecar')
  expect(findServiceStep(plan, 'car')).toBeUndefined()
  expect(groupByStep(plan, ['agent', 'sidecar', 'api', 'migration'])).toEqual([
    ['agent', 'sidecar'],
    ['api'],
    ['migration'],
  ])
  expect(groupByStep(samplePlan(), ['web', 'worker'])).toEqual([['web'], ['worker']])
  expect(servicesOfStep('smoke-test')).toEqual([])
})
