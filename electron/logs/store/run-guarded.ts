import { createContext, Script } from 'node:vm'
import { type ErrorShape, SlipwayError, toErrorShape } from '../../../shared/errors.ts'
import type { View } from './view.ts'

/** Some expressions take longer on one line than anybody waits; V8 can be told to give up only from outside. */
const MAX_SLICE_MS = 2_000

const context = createContext({ work: () => {} })
const script = new Script('work()')

/** Runs work that cannot be trusted to end. Returns whether it did. */
export function endsInTime(work: () => void, timeoutMs = MAX_SLICE_MS): boolean {
  context.work = work
  try {
    script.runInContext(context, { timeout: timeoutMs })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
    throw error
  }
}

/** Applies a view's filter for a while. An expression that does not come to an end is given up. */
export function runGuarded(view: View, untilMs: number): ErrorShape | null {
  const run = () => void view.run(untilMs)
  if (!view.mayHang) run()
  else if (!endsInTime(run)) {
    view.stopRun()
    const { text } = view.filter
    return toErrorShape(
      new SlipwayError('input.invalid', `The expression ${text} takes too long.`, {
        state: 'Only the newest lines were looked at.',
        hint: 'Make it simpler: repetitions within repetitions take for ever on long lines.',
      }),
    )
  }
  return null
}
