import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { TRANSFER_TIMEOUT_MS } from './datasets/run-on-host.ts'
import type { Step } from './step.ts'

/** Each step of a rollback ends, but none is given up while it may still bring the old version back. */
const STEP_LIMIT_MS = 60 * 60_000

/** A rollback is not cancelled, but it does not go on for ever either. Data may take as long as its transfer may. */
export function rollbackLimitOf({ kind }: Pick<Step, 'kind'>): number {
  return kind === 'restore-data' ? TRANSFER_TIMEOUT_MS : STEP_LIMIT_MS
}

/** The step, which is aborted after a time, and then fails with `host.timeout`. */
export function withDeadline(step: Step, limitMs: number): Step {
  return {
    ...step,
    run: async (report) => {
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(tookTooLong(step, limitMs)), limitMs)
      try {
        return await step.run({ ...report, signal: AbortSignal.any([report.signal, deadline.signal]) })
      } catch (error) {
        // Some only say that they were aborted, and not why.
        throw deadline.signal.aborted && !isSlipwayError(error) ? deadline.signal.reason : error
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function tookTooLong({ title }: Step, limitMs: number): SlipwayError {
  return new SlipwayError('host.timeout', `“${title}” did not end within ${Math.round(limitMs / 60_000)} minutes.`, {
    state: 'It was given up half-way.',
    hint: 'Look what the host is busy with, then finish by hand with the commands shown at the step.',
  })
}
