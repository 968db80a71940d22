import { parsePrometheus } from './prometheus.ts'
import type { Metric } from './request-schema.ts'

/** More values of a label than this make no chart that anybody could read. */
const MAX_LINES = 12

/** One value of a chart, as it stands in an answer. */
export interface MetricFigure {
  readonly id: string
  readonly title: string
  readonly unit: Metric['unit']
  /** Which line of the chart. */
  readonly label: string
  readonly value: number
  /** It is a counter: its increase is what counts. */
  readonly isCounter: boolean
}

/** The chosen figures of a body in the Prometheus text format; none where it is no such text. */
export function readMetrics(metrics: readonly Metric[], body: string): MetricFigure[] {
  if (metrics.length === 0) return []
  const { samples } = parsePrometheus(body)
  return samples === null ? [] : metrics.flatMap((metric) => readMetric(metric, samples))
}

type Samples = NonNullable<ReturnType<typeof parsePrometheus>['samples']>

function readMetric({ id, title, unit, metric, labels, by, rate, factor }: Metric, samples: Samples): MetricFigure[] {
  const sums = new Map<string, number>()
  for (const sample of samples) {
    const fits =
      sample.name === metric && Object.entries(labels).every(([name, value]) => (sample.labels[name] ?? '') === value)
    // Not a number and infinity are no figures that could be drawn.
    if (!fits || !Number.isFinite(sample.value)) continue
    const label = by === undefined ? title : (sample.labels[by] ?? '')
    sums.set(label, (sums.get(label) ?? 0) + sample.value)
  }
  return [...sums]
    .slice(0, MAX_LINES)
    .map(([label, value]) => ({ id, title, unit, label, value: value * factor, isCounter: rate }))
}
