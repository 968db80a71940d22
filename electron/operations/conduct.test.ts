import { afterEach, beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { type Conduct, rollBack } from './conduct.ts'
import { Journal } from './journal.ts'
import { layOut, layOutOperation } from './layout.ts'
import { readLock, StackLock } from './lock.ts'
import type { OperationContext } from './operation-context.ts'
import { makeLayout, writePlan } from './operation-files.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'

const owner = { user: 'ann', machine: 'desk', instance: '1-a' }
const plan = samplePlan()
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

it('a rollback whose rollback point is gone ends as failed, says what things were left in, and gives the lock back', async () => {
  const { host, slipwayDirectory } = place
  await makeLayout(host, layOut(slipwayDirectory))
  await writePlan(host, slipwayDirectory, plan)
  const request = { owner, operationId: plan.id, kind: plan.kind, step: 'lock' }
  const lock = await StackLock.acquire(host, slipwayDirectory, request)
  const files = layOutOperation(slipwayDirectory, plan.id)
  const journal = new Journal(host, files.journal, (text) => text)
  await journal.append({ type: 'step-started', stepId: 'pin', data: { changes: true } })
  const stack = { runbook: { versions: {} } }
  const context = { plan, owner, host, files, lock, journal, ports: { readStack: async () => stack } }
  const { signal } = new AbortController()
  const run = { context: context as unknown as OperationContext, quit: signal, cancel: signal } as Conduct

  await rollBack(run, null)

  expect(journal.entries.at(-1)).toMatchObject({
    type: 'ended',
    data: {
      outcome: 'rollback-failed',
      error: {
        code: 'operation.rollback-failed',
        message: `The rollback failed: The rollback point of ${plan.id} on ${host.label} is gone.`,
        hint: 'Pin the old version by hand, and bring the services up.',
      },
    },
  })
  expect(await readLock(host, slipwayDirectory)).toBeNull()
})
