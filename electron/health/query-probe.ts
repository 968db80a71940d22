import { isSlipwayError } from '../../shared/errors.ts'
import type { ValueCondition } from '../../shared/runbook/condition-schema.ts'
import { firstUnmetOfText, quote } from '../../shared/runbook/judge-value.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import type { Stack } from '../stacks/stack.ts'
import type { AskData } from './data-question.ts'
import type { Finding } from './probe-result.ts'
import { runningContainer } from './probe-target.ts'

export type QueryProbe = Extract<Probe, { query: unknown }>

export interface QueryOptions {
  readonly askData: AskData | undefined
  readonly signal: AbortSignal
}

/** Asks a data set's database and judges the first value. Throws only when `signal` aborts. */
export async function probeQuery(
  stack: Stack,
  probe: QueryProbe,
  service: string,
  { askData, signal }: QueryOptions,
): Promise<Finding> {
  const { dataset, sql, timeoutSeconds } = probe.query
  const finish = (health: Finding['health'], reason: string, answer: string | null, startedAt: number | null) => ({
    health,
    reason,
    request: `${dataset}: ${sql}`,
    answer: answer === null ? null : { status: null, body: answer },
    durationMs: startedAt === null ? null : Math.round(performance.now() - startedAt),
  })
  if (askData === undefined) return finish('unknown', 'Nobody here can ask a database.', null, null)
  if (runningContainer(stack, service) === null) {
    return finish('down', `${service} has no running container that could be asked.`, null, null)
  }
  const startedAt = performance.now()
  try {
    const answer = await askData(stack, { dataset, sql, timeoutMs: timeoutSeconds * 1000, signal })
    if (answer.kind === 'refused') return finish('down', answer.reason, answer.reason, startedAt)
    const { health, reason } = judgeValue(probe, answer.value)
    return finish(health, reason, answer.value ?? '(no value)', startedAt)
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    if (error.code === 'host.timeout') return finish('down', `No answer within ${timeoutSeconds} s.`, null, startedAt)
    return finish('unknown', error.message, null, startedAt)
  }
}

/** Degraded is looked at first, as with an HTTP answer; what fits neither is down. */
export function judgeValue(
  { healthy, degraded }: { readonly healthy: ValueCondition; readonly degraded?: ValueCondition | undefined },
  value: string | null,
): Pick<Finding, 'health' | 'reason'> {
  const said = value === null ? 'There is no value' : `The value is ${quote(value)}`
  if (degraded !== undefined && firstUnmetOfText(degraded, value) === null) {
    return { health: 'degraded', reason: `${said}, which means degraded.` }
  }
  const unmet = firstUnmetOfText(healthy, value)
  if (unmet !== null) return { health: 'down', reason: `${said}, expected ${unmet}.` }
  return { health: 'healthy', reason: `${said}.` }
}
