import { setTimeout as sleep } from 'node:timers/promises'
import { isSlipwayError } from '../../shared/errors.ts'
import type { LogCursor } from '../docker/engine.ts'
import type { OperationContext } from './operation-context.ts'
import type { StepReport } from './step.ts'

/** How a container that ends by design has ended. */
export interface ContainerEnd {
  /** Null: it was ended because it took too long. */
  readonly exitCode: number | null
  readonly output: string
}

const POLL_MS = 500

/**
 * Shows what a container says until it has ended, and returns all of it. One that takes too long is ended, and so is
 * one that nobody wants any more: what comes next must not work on data that it still changes. When only the app goes
 * away, it goes on, and is found again.
 */
export async function followContainer(
  context: OperationContext,
  id: string,
  timeoutSeconds: number,
  report: StepReport,
): Promise<ContainerEnd> {
  const { engine } = context.session
  const { signal } = report
  const deadline = performance.now() + timeoutSeconds * 1000
  let output = ''
  let cursor: LogCursor | null = null
  try {
    for (;;) {
      // Its state first: what it said before it ended is in the log by then.
      const { state, exitCode } = await engine.inspectContainer(id, { signal })
      const news: Awaited<ReturnType<typeof engine.logAfter>> = await engine.logAfter(id, cursor, { signal })
      cursor = news.cursor
      if (news.lines.length > 0) {
        const text = `${news.lines.join('\n')}\n`
        output += text
        report.showOutput(context.mask(text))
      }
      if (state === 'exited' || state === 'dead') return { exitCode, output }
      if (performance.now() > deadline) {
        await engine.stopContainer(id, { signal })
        return { exitCode: null, output: `${output}(ended after ${timeoutSeconds} s, which is its limit)\n` }
      }
      await sleep(POLL_MS, undefined, { signal })
    }
  } catch (error) {
    if (isCancelled(signal)) await engine.stopContainer(id).catch(() => undefined)
    throw error
  }
}

function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && isSlipwayError(reason) && reason.code === 'operation.cancelled'
}
