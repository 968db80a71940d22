import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { TRANSFER_TIMEOUT_MS } from './datasets/run-on-host.ts'
import type { Step, StepReport } from './step.ts'
import { rollbackLimitOf, withDeadline } from './step-deadline.ts'

const never = new AbortController().signal
const minute = 60_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const step = (run: Step['run']): Step => ({
  id: 'rollback:service:web',
  kind: 'service',
  title: 'Bring back web',
  service: 'web',
  phase: 'rollback',
  undoes: [],
  commands: [],
  changes: true,
  run,
})
const reportOf = (signal: AbortSignal) => ({ signal }) as StepReport

/** As what only says that it was aborted, and not why. */
const hang: Step['run'] = async ({ signal }) => {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))))
  return { kind: 'done' }
}

describe('withDeadline', () => {
  it('gives up a step that does not end, and says what to do', async () => {
    const ended = expect(withDeadline(step(hang), 60 * minute).run(reportOf(never))).rejects.toMatchObject({
      code: 'host.timeout',
      message: '“Bring back web” did not end within 60 minutes.',
      hint: 'Look what the host is busy with, then finish by hand with the commands shown at the step.',
    })
    await vi.advanceTimersByTimeAsync(60 * minute)
    await ended
  })

  it('leaves alone what ends in time, what fails by itself, and what somebody else aborts', async () => {
    await expect(
      withDeadline(
        step(async () => ({ kind: 'done' })),
        1,
      ).run(reportOf(never)),
    ).resolves.toEqual({ kind: 'done' })
    const failure = new SlipwayError('gate.failed', 'web failed')
    await expect(
      withDeadline(
        step(() => Promise.reject(failure)),
        1,
      ).run(reportOf(never)),
    ).rejects.toBe(failure)
    const cancel = new AbortController()
    const ended = expect(withDeadline(step(hang), minute).run(reportOf(cancel.signal))).rejects.toMatchObject({
      name: 'AbortError',
    })
    cancel.abort()
    await ended
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('each step of a rollback has a limit of its own, and a restore of data that of its transfers', () => {
  expect(rollbackLimitOf({ kind: 'service' })).toBe(60 * minute)
  expect(rollbackLimitOf({ kind: 'restore-data' })).toBe(TRANSFER_TIMEOUT_MS)
})
