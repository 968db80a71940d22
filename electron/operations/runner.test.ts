import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { Attachments } from './attachments.ts'
import { Journal } from './journal.ts'
import { StackLock } from './lock.ts'
import { type Runner, runSteps } from './runner.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import type { Step, StepEnd } from './step.ts'

const id = '20261121T061502Z-upgrade-3f9a1c'
let place: SamplePlace
let runner: Runner
let done: string[]

beforeEach(async () => {
  place = makeSamplePlace()
  done = []
  const { host, slipwayDirectory } = place
  const owner = { user: 'ann', machine: 'desk', instance: '1-a' }
  const lock = await StackLock.acquire(host, slipwayDirectory, {
    owner,
    operationId: id,
    kind: 'upgrade',
    step: 'lock',
  })
  const journal = new Journal(host, `${slipwayDirectory}/journal.ndjson`, (text) => text)
  const attachments = new Attachments(host, { attachments: `${slipwayDirectory}/attachments` }, journal, (text) => text)
  const live = { show: () => undefined, showLayers: () => undefined, showOutput: () => undefined }
  runner = { host, lock, journal, attachments, live }
})

afterEach(async () => {
  runner.lock.abandon()
  await place[Symbol.asyncDispose]()
})

function step(name: string, work: () => Promise<StepEnd> | StepEnd, more: Partial<Step> = {}): Step {
  return {
    id: name,
    kind: 'pin',
    title: name,
    service: null,
    phase: 'forward',
    undoes: [],
    commands: [],
    changes: true,
    ...more,
    run: async () => {
      done.push(name)
      return work()
    },
  }
}

const good = (name: string) => step(name, () => ({ kind: 'done' }))
const bad = (name: string, more: Partial<Step> = {}) =>
  step(name, () => Promise.reject(new SlipwayError('gate.failed', `${name} failed`)), more)
const never = new AbortController().signal
const types = () => runner.journal.entries.map(({ type, stepId }) => `${type} ${stepId}`)

describe('runSteps', () => {
  it('writes each beginning before the step runs, and each end after it', async () => {
    const seen: string[][] = []
    const watching = step('a', () => {
      seen.push(types())
      return { kind: 'done', message: 'fine' }
    })
    await runSteps(runner, [watching, good('b')], { signal: never })
    expect(seen).toEqual([['step-started a']])
    expect(types()).toEqual(['step-started a', 'step-done a', 'step-started b', 'step-done b'])
  })

  it('stops at the first failure, which it throws and journals', async () => {
    await expect(runSteps(runner, [bad('a'), good('b')], { signal: never })).rejects.toMatchObject({
      message: 'a failed',
    })
    expect(done).toEqual(['a'])
    expect(types()).toEqual(['step-started a', 'step-failed a'])
  })

  it('goes on after a failure where a rollback must, and throws the first at the end', async () => {
    const steps = [bad('a', { goOnAfterFailure: true }), bad('b', { goOnAfterFailure: true }), good('c')]
    await expect(runSteps(runner, steps, { signal: never })).rejects.toMatchObject({ message: 'a failed' })
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('leaves out what is finished', async () => {
    await runSteps(runner, [good('a'), good('b')], { signal: never, finished: new Set(['a']) })
    expect(done).toEqual(['b'])
  })

  it('begins nothing after it was cancelled', async () => {
    const cancel = new AbortController()
    const cancelling = step('a', () => {
      cancel.abort(new SlipwayError('operation.cancelled', 'Cancelled.'))
      return { kind: 'done' }
    })
    const run = runSteps(runner, [cancelling, good('b')], { signal: cancel.signal })
    await expect(run).rejects.toMatchObject({ code: 'operation.cancelled' })
    expect(done).toEqual(['a'])
  })

  it('runs a step again when the connection broke in the middle of it', async () => {
    let tries = 0
    const flaky = step('a', () => {
      tries += 1
      if (tries === 1) throw new SlipwayError('host.connection-lost', 'gone')
      return { kind: 'done' }
    })
    await runSteps(runner, [flaky], { signal: never })
    expect(done).toEqual(['a', 'a'])
    expect(types()).toEqual(['step-started a', 'step-failed a', 'note a', 'step-started a', 'step-done a'])
  })

  it('neither runs nor journals anything when the lock is lost', async () => {
    await place.host.files.removeTree(`${place.slipwayDirectory}/lock`)
    await expect(runSteps(runner, [good('a')], { signal: never })).rejects.toMatchObject({
      code: 'operation.lock-lost',
    })
    expect([done, types()]).toEqual([[], []])
  })

  it('keeps texts with the record, and names them in the journal', async () => {
    const keeping: Step = {
      ...good('a'),
      run: async ({ keep }) => {
        await keep('web.log', 'Last lines of web', 'boom\n')
        return { kind: 'done' }
      },
    }
    await runSteps(runner, [keeping], { signal: never })
    expect(runner.journal.entries[1]?.data).toEqual({ name: 'web.log', title: 'Last lines of web', sizeBytes: 5 })
    expect((await place.host.files.read(`${place.slipwayDirectory}/attachments/web.log`)).toString()).toBe('boom\n')
  })
})
