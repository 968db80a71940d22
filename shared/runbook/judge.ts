import type { z } from 'zod'
import type { Health } from '../contract/stacks.ts'
import { matchesExpression } from './expression.ts'
import { parseJsonPath, readJsonPath } from './json-path.ts'
import { judgeMetrics } from './judge-metrics.ts'
import { firstUnmet, quote } from './judge-value.ts'
import type { Expectation, jsonConditionSchema } from './request-schema.ts'

type JsonCondition = z.infer<typeof jsonConditionSchema>

/** An HTTP answer as far as it was read. */
export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body was longer than what was read. */
  readonly truncated: boolean
}

export interface Judgement {
  readonly holds: boolean
  /** What held, or the first thing that did not, in a sentence. May quote the body: to be masked by the caller. */
  readonly reason: string
}

/** Whether an answer looks as expected. All that the expectation names must hold. */
export function judge(expectation: Expectation, answer: HttpAnswer): Judgement {
  const failure =
    judgeStatus(expectation, answer) ??
    judgeHeaders(expectation, answer) ??
    judgeText(expectation, answer) ??
    judgeJson(expectation, answer) ??
    judgePrometheus(expectation, answer)
  if (failure !== null) return { holds: false, reason: failure }
  return { holds: true, reason: `Answered ${answer.status}${describeMet(expectation)}.` }
}

/** The expectations of a probe, judged in this order: starting, degraded, healthy; what fits none is down. */
export function judgeHealth(
  expectations: {
    readonly healthy: Expectation
    readonly degraded?: Expectation | undefined
    readonly starting?: Expectation | undefined
  },
  answer: HttpAnswer,
): { readonly health: Health; readonly reason: string } {
  for (const health of ['starting', 'degraded'] as const) {
    const expectation = expectations[health]
    if (expectation === undefined) continue
    const judgement = judge(expectation, answer)
    if (judgement.holds) return { health, reason: `${judgement.reason.slice(0, -1)}, which means ${health}.` }
  }
  const judgement = judge(expectations.healthy, answer)
  return { health: judgement.holds ? 'healthy' : 'down', reason: judgement.reason }
}

function judgeStatus({ status }: Expectation, answer: HttpAnswer): string | null {
  if (status === undefined || status.includes(answer.status)) return null
  return `Answered ${answer.status}, expected ${status.join(' or ')}.`
}

function judgeHeaders({ headers = {} }: Expectation, answer: HttpAnswer): string | null {
  for (const [name, expected] of Object.entries(headers)) {
    const value = answer.headers[name.toLowerCase()]
    if (value === undefined) return `The answer has no header ${name}.`
    if (expected !== '*' && value !== expected) {
      return `Header ${name} is ${quote(value)}, expected ${quote(expected)}.`
    }
  }
  return null
}

function judgeText({ text }: Expectation, answer: HttpAnswer): string | null {
  if (text?.contains !== undefined && !answer.body.includes(text.contains)) {
    return `The body does not contain ${quote(text.contains)}: ${excerpt(answer)}`
  }
  if (text?.matches !== undefined && !matchesExpression(text.matches, answer.body)) {
    return `The body does not match /${text.matches}/: ${excerpt(answer)}`
  }
  return null
}

function judgeJson({ json }: Expectation, answer: HttpAnswer): string | null {
  if (json === undefined) return null
  if (answer.truncated) return 'The body is too long to be judged as JSON.'
  const parsed = parseJson(answer.body)
  if (parsed === undefined) return `The body is no valid JSON: ${excerpt(answer)}`
  for (const condition of json) {
    const failure = judgeCondition(condition, parsed.value)
    if (failure !== null) return failure
  }
  return null
}

function judgeCondition(condition: JsonCondition, body: unknown): string | null {
  const name = condition.path === '' ? 'The body' : `“${condition.path}”`
  const path = parseJsonPath(condition.path)
  if (path === null) return `${name} is no path into a body.`
  const { found, value } = readJsonPath(body, path)
  if (condition.exists === false) return found ? `${name} is in the body, and should not be.` : null
  if (!found) return `${name} is missing from the body.`
  const expected = firstUnmet(condition, value)
  return expected === null ? null : `${name} is ${quote(value)}, expected ${expected}.`
}

function judgePrometheus({ prometheus }: Expectation, answer: HttpAnswer): string | null {
  if (prometheus === undefined) return null
  if (answer.truncated) return 'The body is too long to be judged as metrics.'
  return judgeMetrics(prometheus, answer.body)
}

function describeMet({ json = [], text, prometheus = [] }: Expectation): string {
  const met = json.flatMap(({ path, equals }) =>
    equals === undefined ? [] : [`${path || 'the body'} is ${quote(equals)}`],
  )
  if (json.length > met.length || text !== undefined || prometheus.length > 0) met.push('the body is as expected')
  return met.length === 0 ? '' : `, ${met.join(', ')}`
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function excerpt({ body }: HttpAnswer): string {
  return body === '' ? 'it is empty.' : `it begins with ${quote(body)}.`
}
