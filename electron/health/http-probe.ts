import { judgeHealth } from '../../shared/runbook/judge.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { readMetrics } from '../../shared/runbook/read-metrics.ts'
import { type Asked, ask } from './ask.ts'
import { type Finding, showAnswer } from './probe-result.ts'
import type { ProbedStack } from './probe-target.ts'
import { readRetryAfter } from './retry-after.ts'

export type HttpProbe = Extract<Probe, { http: unknown }>

/** Asks a service over HTTP and judges the answer. Throws only when `signal` aborts. */
export async function probeHttp(stack: ProbedStack, probe: HttpProbe, signal?: AbortSignal): Promise<Finding> {
  const asked = await ask(stack, probe.http, { signal })
  const { request, durationMs } = asked
  const judged = judge(probe, asked)
  const retryAfterSeconds =
    asked.answer === null || judged.health === 'healthy' ? null : readRetryAfter(asked.answer, Date.now())
  const figures = asked.answer === null ? [] : readMetrics(probe.metrics ?? [], asked.answer.body)
  return { ...judged, request, answer: showAnswer(asked), durationMs, retryAfterSeconds, figures }
}

/** An answer is judged by the runbook; none is down, unless it was the way that failed and not the service. */
function judge(probe: HttpProbe, { answer, failure }: Asked): Pick<Finding, 'health' | 'reason'> {
  if (answer !== null) return judgeHealth(probe, answer)
  const isUnchecked = failure === null || ['lost', 'unasked', 'forbidden'].includes(failure.kind)
  return { health: isUnchecked ? 'unknown' : 'down', reason: failure?.reason ?? 'Nothing was answered.' }
}
