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

/** An operation that has begun, and whose host has no container of the stack. */
async function begin(): Promise<{ readonly run: Conduct; readonly journal: Journal }> {
  const { host, slipwayDirectory } = place
  const layout = layOut(slipwayDirectory)
  await makeLayout(host, layout)
  await writePlan(host, slipwayDirectory, plan)
  const request = { owner, operationId: plan.id, kind: plan.kind, step: 'lock' }
  const lock = await StackLock.acquire(host, slipwayDirectory, request)
  const files = layOutOperation(slipwayDirectory, plan.id)
  const journal = new Journal(host, files.journal, (text) => text)
  const stack = { runbook: { versions: {} } }
  const cli = { run: async () => ({ stdout: '', stderr: '', code: 0 }) }
  const context = { plan, owner, host, layout, files, lock, journal, cli, ports: { readStack: async () => stack } }
  const { signal } = new AbortController()
  return { journal, run: { context: context as unknown as OperationContext, quit: signal, cancel: signal } as Conduct }
}

it('a rollback whose rollback point is gone ends as failed, says what things were left in, and gives the lock back', async () => {
  const { host, slipwayDirectory } = place
  const { run, journal } = await begin()
  await journal.append({ type: 'step-started', stepId: 'pin', data: { changes: true } })

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

it('what is given up in the middle of a backup does not run as before when a service stays stopped', async () => {
  const { host, slipwayDirectory } = place
  const { run, journal } = await begin()
  const stopped = [{ service: 'web', id: 'f'.repeat(64) }]
  const data = { standstill: { during: 'backup', stopped, paused: [] } }
  await journal.append({ type: 'note', message: 'web is stopped', data })

  await rollBack(run, null)

  const still = `web on ${host.label} stood still, and does not run again.`
  expect(journal.entries.at(-1)).toMatchObject({
    type: 'ended',
    data: {
      outcome: 'failed',
      reason: `Given up before anything was changed. ${still}`,
      error: { message: still, hint: expect.stringContaining('docker start ffffffffffff') },
    },
  })
  expect(await readLock(host, slipwayDirectory)).toBeNull()
})
