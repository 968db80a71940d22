import type { z } from 'zod'
import { quote } from './judge-value.ts'
import { type PrometheusSample, parsePrometheus } from './prometheus.ts'
import type { prometheusConditionSchema } from './request-schema.ts'

type MetricCondition = z.infer<typeof prometheusConditionSchema>

/** The first condition that a body of metrics does not meet, in a sentence; null where it meets all. */
export function judgeMetrics(conditions: readonly MetricCondition[], body: string): string | null {
  const { samples, problem } = parsePrometheus(body)
  if (samples === null) return `The body is no metrics in the Prometheus text format: ${problem}.`
  for (const condition of conditions) {
    const failure = judgeMetric(condition, samples)
    if (failure !== null) return failure
  }
  return null
}

function judgeMetric(condition: MetricCondition, samples: readonly PrometheusSample[]): string | null {
  const { exists, atLeast, atMost } = condition
  const found = samples.filter((sample) => fits(condition, sample))
  const name = nameSeries(condition)
  if (exists === false) return found.length === 0 ? null : `${name} is in the metrics, and should not be.`
  if (found.length === 0) return `${name} is missing from the metrics.`
  const value = found.reduce((sum, sample) => sum + sample.value, 0)
  // Not a number is neither less nor more: it meets no limit.
  if (atLeast !== undefined && !(value >= atLeast)) return `${name} is ${value}, expected at least ${atLeast}.`
  if (atMost !== undefined && !(value <= atMost)) return `${name} is ${value}, expected at most ${atMost}.`
  return null
}

function fits({ metric, labels }: MetricCondition, sample: PrometheusSample): boolean {
  return (
    sample.name === metric && Object.entries(labels).every(([name, value]) => (sample.labels[name] ?? '') === value)
  )
}

function nameSeries({ metric, labels }: MetricCondition): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${quote(value)}`)
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`
}
