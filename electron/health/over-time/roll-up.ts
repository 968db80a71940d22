import { digestOf } from '../../../shared/monitor/digest.ts'
import { mean } from '../../../shared/monitor/figures.ts'
import { gravest, type Stretch } from '../../../shared/monitor/timeline.ts'
import type { Sample, SampleStore, SeriesKey, Tier } from '../../storage/stored-samples.ts'
import type { TimelineStore } from '../../storage/stored-timelines.ts'

const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long each tier is kept. The charts reach back a week in minutes; hours are for the year. */
export const KEPT_MS: Readonly<Record<Tier, number>> = { raw: DAY_MS + HOUR_MS, minute: 7 * DAY_MS, hour: 365 * DAY_MS }
/** Until then a timeline is exact; after it, an hour in which a state flapped is told by its sums. */
const EXACT_MS = 7 * DAY_MS
/** An hour with more stretches than this takes more room than what one learns from it is worth. */
const MAX_STRETCHES_AN_HOUR = 12

export const PROBE_SERIES = 'response-by-probe'
/** How many answers of all probes took about so long, by size: joined samples keep it, and means would lose it. */
export const ANSWERS_SERIES = 'response-answers'
export const answersKey = (size: number): SeriesKey => ({
  id: ANSWERS_SERIES,
  title: 'Answers by time',
  unit: 'count',
  label: String(size),
})
/** What a mean hides: joined samples keep the highest of these besides, where they join several. */
export const PEAKED = new Set(['cpu', 'memory'])
export const peakSeries = (id: string) => `${id}-peak`

export interface Stores {
  readonly timelines: TimelineStore
  readonly samples: SampleStore
}

export interface RollUpTimes {
  /** Up to where it was done before. */
  readonly rolledToMs: number
  readonly nowMs: number
  /** Whether the clock can be trusted to say what is too old. */
  readonly mayForget: boolean
}

/** Joins what is older than the present hour to minutes and hours, and forgets what need not be kept. */
export function rollUp({ timelines, samples }: Stores, stack: number, times: RollUpTimes): void {
  const { rolledToMs, nowMs, mayForget } = times
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  // After the clock was set back the present hour has to be joined again.
  const fromMs = Math.min(rolledToMs, toMs - HOUR_MS)
  const raw = samples.read(stack, 'raw', fromMs, toMs)
  const keys = samples.series(stack)
  const numberOf = (key: SeriesKey) => samples.numberOf(stack, key)
  for (const sample of joinSamples(raw, keys, MINUTE_MS, numberOf)) samples.add(stack, 'minute', sample)
  for (const sample of joinSamples(raw, keys, HOUR_MS, numberOf)) samples.add(stack, 'hour', sample)
  timelines.setRolledTo(stack, toMs)
  if (!mayForget) return
  for (const [tier, keptMs] of Object.entries(KEPT_MS)) samples.dropBefore(stack, tier as Tier, nowMs - keptMs)
  compactTimeline(timelines, stack, { fromMs: fromMs - EXACT_MS, toMs: toMs - EXACT_MS })
  timelines.dropBefore(stack, nowMs - KEPT_MS.hour)
}

/** One sample for each span in which there is any. */
export function joinSamples(
  samples: readonly Sample[],
  keys: ReadonlyMap<number, SeriesKey>,
  spanMs: number,
  numberOf: (key: SeriesKey) => number,
): Sample[] {
  const spans = groupBySpan(samples, ({ atMs }) => atMs, spanMs)
  return [...spans].map(([atMs, group]) => ({ atMs, values: joinGroup(group, keys, numberOf) }))
}

function groupBySpan<T>(all: readonly T[], timeOf: (one: T) => number, spanMs: number): ReadonlyMap<number, T[]> {
  const spans = new Map<number, T[]>()
  for (const one of all) {
    const atMs = Math.floor(timeOf(one) / spanMs) * spanMs
    const group = spans.get(atMs)
    if (group === undefined) spans.set(atMs, [one])
    else group.push(one)
  }
  return spans
}

function joinGroup(
  group: readonly Sample[],
  keys: ReadonlyMap<number, SeriesKey>,
  numberOf: (key: SeriesKey) => number,
): Map<number, number> {
  const bySeries = new Map<number, number[]>()
  for (const { values } of group) {
    for (const [number, value] of values) {
      const known = bySeries.get(number)
      if (known === undefined) bySeries.set(number, [value])
      else known.push(value)
    }
  }
  const joined = new Map<number, number>()
  for (const [number, values] of bySeries) {
    const key = keys.get(number)
    const value = joinValues(key?.id, values)
    if (value !== null) joined.set(number, value)
    if (key !== undefined && PEAKED.has(key.id))
      joined.set(numberOf({ ...key, id: peakSeries(key.id) }), Math.max(...values))
  }
  const responses = [...bySeries].flatMap(([number, values]) => (keys.get(number)?.id === PROBE_SERIES ? values : []))
  for (const [size, amount] of digestOf(responses)) joined.set(numberOf(answersKey(size)), amount)
  return joined
}

/** What stands for several values of one series: levels that only rise or are set keep their last. */
export function joinValues(id: string | undefined, values: readonly number[]): number | null {
  const last = values.at(-1) ?? null
  return id === 'restarts' || id === 'memory-limit' || id === 'disk-free' || id === 'disk-total' ? last : mean(values)
}

function compactTimeline(
  timelines: TimelineStore,
  stack: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): void {
  // Of hours that hold something: a stack that is new has been joined up to 1970.
  for (const [hour, within] of groupBySpan(timelines.read(stack, fromMs, toMs), ({ fromMs: atMs }) => atMs, HOUR_MS)) {
    if (within.length <= MAX_STRETCHES_AN_HOUR || hour < fromMs) continue
    timelines.replace(stack, { fromMs: hour, toMs: hour + HOUR_MS }, sumByState(within))
  }
}

/** The same time in each state, in one stretch each, the worst first. */
export function sumByState(stretches: readonly Stretch[]): Stretch[] {
  const left = new Set(stretches.map(({ state }) => state))
  const summed: Stretch[] = []
  let atMs = stretches[0]?.fromMs ?? 0
  while (left.size > 0) {
    const state = gravest([...left])
    left.delete(state)
    const spentMs = stretches
      .filter((stretch) => stretch.state === state)
      .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    summed.push({ fromMs: atMs, toMs: atMs + spentMs, state })
    atMs += spentMs
  }
  return summed
}
