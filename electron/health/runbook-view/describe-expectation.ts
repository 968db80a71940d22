import type { ValueCondition } from '../../../shared/runbook/condition-schema.ts'
import type { Expectation } from '../../../shared/runbook/request-schema.ts'

/** What an answer must be, in words: `status 200; checks.db is "up"`. */
export function describeExpectation({ status, json, text, prometheus, headers }: Expectation): string {
  const parts = [
    ...(status === undefined ? [] : [`status ${status.join(' or ')}`]),
    ...(json ?? []).map((one) => `${one.path === '' ? 'the body' : one.path} ${describeValue(one)}`),
    ...describeText('the body', text),
    ...(prometheus ?? []).map((one) => `${describeMetric(one)} ${describeValue(one)}`),
    ...Object.entries(headers ?? {}).map(([name, value]) => `header ${name} is ${value}`),
  ]
  return parts.length === 0 ? 'any answer' : parts.join('; ')
}

interface ValueRules extends ValueCondition {
  readonly exists?: boolean | undefined
}

/** What one value must be. */
export function describeValue({ exists, equals, oneOf, matches, atLeast, atMost }: ValueRules): string {
  const parts = [
    ...(exists === undefined ? [] : [exists ? 'is there' : 'is not there']),
    ...(equals === undefined ? [] : [`is ${JSON.stringify(equals)}`]),
    ...(oneOf === undefined ? [] : [`is ${oneOf.map((one) => JSON.stringify(one)).join(' or ')}`]),
    ...(matches === undefined ? [] : [`matches ${matches}`]),
    ...(atLeast === undefined ? [] : [`is at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`is at most ${atMost}`]),
  ]
  return parts.length === 0 ? 'is there' : parts.join(' and ')
}

export function describeText(subject: string, text: Expectation['text']): string[] {
  return [
    ...(text?.contains === undefined ? [] : [`${subject} contains “${text.contains}”`]),
    ...(text?.matches === undefined ? [] : [`${subject} matches ${text.matches}`]),
  ]
}

function describeMetric({ metric, labels }: NonNullable<Expectation['prometheus']>[number]): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`
}
