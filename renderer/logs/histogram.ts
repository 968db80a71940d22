import type { LogCounts, LogHistogram } from '../../shared/contract/logs.ts'
import { LEVEL_KEYS, type LevelKey } from './level-looks.ts'

/** Lines of one stretch of time. */
export interface Bar {
  readonly fromMs: number
  readonly toMs: number
  readonly counts: Readonly<Partial<Record<LevelKey, number>>>
  readonly total: number
}

/** One coloured part of a bar: fractions of the chart's height, from its ground. */
export interface BarPart {
  readonly level: LevelKey
  readonly from: number
  readonly to: number
}

/** The gravest is at the ground of a bar, where it is seen however few they are. */
const FROM_GROUND = LEVEL_KEYS

/** Whole stretches of time one after the other, those without lines too; several buckets in one where there are too many. */
export function histogramBars({ from, to, bucketMs, buckets }: LogHistogram, maxBars: number): Bar[] {
  const fromMs = Date.parse(from)
  const spanMs = Date.parse(to) - fromMs
  if (!(spanMs > 0) || !(bucketMs > 0) || maxBars < 1) return []
  const bucketCount = Math.ceil(spanMs / bucketMs)
  const barMs = bucketMs * Math.ceil(bucketCount / maxBars)
  const bars = Array.from({ length: Math.ceil(spanMs / barMs) }, (_, index) => ({
    fromMs: fromMs + index * barMs,
    toMs: fromMs + (index + 1) * barMs,
    counts: {} as Partial<Record<LevelKey, number>>,
    total: 0,
  }))
  for (const { at, counts } of buckets) {
    const bar = bars[Math.floor((Date.parse(at) - fromMs) / barMs)]
    if (!bar) continue
    for (const level of LEVEL_KEYS) bar.counts[level] = (bar.counts[level] ?? 0) + counts[level]
    bar.total += sum(counts)
  }
  return bars
}

const sum = (counts: LogCounts): number => LEVEL_KEYS.reduce((total, level) => total + counts[level], 0)

/** The parts of a bar, the gravest at the ground, as fractions of the highest bar. */
export function barParts({ counts }: Bar, highest: number): BarPart[] {
  let ground = 0
  return FROM_GROUND.flatMap((level) => {
    const amount = counts[level] ?? 0
    if (amount === 0 || highest === 0) return []
    const from = ground
    ground += amount / highest
    return [{ level, from, to: ground }]
  })
}

/** Lines of each level in the whole histogram. */
export function levelTotals({ buckets }: LogHistogram): LogCounts {
  const totals: LogCounts = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0, none: 0 }
  for (const { counts } of buckets) for (const level of LEVEL_KEYS) totals[level] += counts[level]
  return totals
}

/** What a bar says, in words. */
export function barText({ counts, total }: Bar): string {
  if (total === 0) return 'no lines'
  const parts = LEVEL_KEYS.flatMap((level) => {
    const amount = counts[level] ?? 0
    return amount === 0 ? [] : [`${amount.toLocaleString('en')} ${level === 'none' ? 'without level' : level}`]
  })
  return parts.join(', ')
}
