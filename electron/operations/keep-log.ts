import type { Container } from '../docker/engine.ts'
import type { OperationContext } from './operation-context.ts'
import type { StepReport } from './step.ts'

/** What a person reads afterwards, to see what the old version said at last. An attachment's own limit comes on top. */
const LOG_LINES = 2_000
/** A log that takes longer than this does not hold up what is to be done. */
const READ_TIMEOUT_MS = 20_000

/**
 * Keeps the last lines of containers that are about to go, or have failed, with the operation's record. Lines that
 * cannot be read are said to be missing; they never keep the operation from going on.
 */
export async function keepLogs(
  context: Pick<OperationContext, 'session'>,
  containers: readonly Container[],
  title: string,
  report: StepReport,
): Promise<void> {
  for (const container of containers) {
    const name = `${title.replaceAll(' ', '-')}-${container.id.slice(0, 12)}.log`
    const which = containers.length === 1 ? title : `${title} (${container.name})`
    try {
      const options = { signal: report.signal, timeoutMs: READ_TIMEOUT_MS }
      const text = await context.session.engine.logTail(container.id, LOG_LINES, options)
      await report.keep(name, `Last log lines of ${which}`, text === '' ? '(no output)\n' : text)
    } catch {
      report.signal.throwIfAborted()
      await report.say(`The log of ${which} could not be read.`)
    }
  }
}
