import type { Mark, Range, Series, StackMetrics, ToldIncident } from '../../../shared/contract/monitor.ts'
import { addDigests, type Digest, digestOf, quantileOf } from '../../../shared/monitor/digest.ts'
import { bucket, daysUntilFull, type Point, quantile } from '../../../shared/monitor/figures.ts'
import { fillTimeline, uptimeOf } from '../../../shared/monitor/timeline.ts'
import type { Sample, SeriesKey, Tier } from '../../storage/stored-samples.ts'
import type { MonitoredStack, StoredMark } from '../../storage/stored-timelines.ts'
import { ANSWERS_SERIES, HOUR_MS, joinValues, PEAKED, PROBE_SERIES, peakSeries, type Stores } from './roll-up.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS
export const RANGE_MS: Readonly<Record<Range, number>> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
}
/** Width of one value: a few hundred of them are as many as a screen has room for. */
const STEP_SECONDS: Readonly<Record<Range, number>> = {
  '1h': 15,
  '24h': 120,
  '7d': 900,
  '30d': 3600,
  '90d': 6 * 3600,
  '1y': 24 * 3600,
}
/** Where the samples older than the last joined hour come from. */
const TIER: Readonly<Record<Range, Tier>> = {
  '1h': 'raw',
  '24h': 'raw',
  '7d': 'minute',
  '30d': 'hour',
  '90d': 'hour',
  '1y': 'hour',
}
/** Ranges of which the uptime is always told. */
const UPTIMES: readonly Range[] = ['24h', '7d', '30d']
/** More restarts than these are told by their number: the page asks for all of this again and again. */
const TOLD_RESTARTS = 100
/** What is no line of its own, but belongs to another one or to the disk. */
const AUXILIARY = new Set(['memory-limit', 'disk-total', 'response', ANSWERS_SERIES, 'cpu-peak', 'memory-peak'])

export interface MetricsSource {
  readonly stores: Stores
  readonly stack: MonitoredStack
  readonly incidents: readonly ToldIncident[]
  /** From the stack's own records, as far as they could be read. */
  readonly operations: readonly Mark[]
}

interface Frame {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly count: number
}

/** State, uptime and figures of a stack over a range that ends now, from what is stored. */
export function readMetrics(source: MetricsSource, range: Range, nowMs: number): StackMetrics {
  const frame = frameOf(range, nowMs)
  const { stores, stack } = source
  const longest = RANGE_MS[range] > RANGE_MS['30d'] ? range : '30d'
  const seen = stores.timelines.read(stack.number, nowMs - RANGE_MS[longest], nowMs)
  const uptimes = UPTIMES.includes(longest) ? UPTIMES : [...UPTIMES, longest]
  return {
    range,
    from: iso(frame.fromMs),
    to: iso(nowMs),
    stepSeconds: frame.stepMs / 1000,
    times: Array.from({ length: frame.count }, (_, index) => iso(frame.fromMs + index * frame.stepMs)),
    segments: fillTimeline(seen, frame.fromMs, nowMs).map(({ fromMs, toMs, state }) => {
      return { from: iso(fromMs), to: iso(toMs), state }
    }),
    uptime: uptimes.map((name) => ({ range: name, ...uptimeOf(seen, nowMs - RANGE_MS[name], nowMs) })),
    series: readSeries(source, range, frame),
    ...tellMarks(collectMarks(source, frame)),
    disk: readDisk(source, nowMs),
  }
}

/** Steps begin at round times, so that the same samples make the same values when they are read again. */
function frameOf(range: Range, nowMs: number): Frame {
  const stepMs = STEP_SECONDS[range] * 1000
  const fromMs = Math.floor((nowMs - RANGE_MS[range]) / stepMs) * stepMs
  return { fromMs, toMs: nowMs, stepMs, count: Math.ceil((nowMs - fromMs) / stepMs) }
}

function readSeries({ stores: { samples }, stack }: MetricsSource, range: Range, frame: Frame): Series[] {
  const tier = TIER[range]
  const { fromMs, toMs } = frame
  const joined = tier === 'raw' ? [] : samples.read(stack.number, tier, fromMs, stack.rolledToMs)
  const raw = samples.read(stack.number, 'raw', tier === 'raw' ? fromMs : Math.max(fromMs, stack.rolledToMs), toMs)
  const keys = samples.series(stack.number)
  const points = pointsBySeries([...joined, ...raw], keys)
  const lines = [...points].filter(([key]) => !AUXILIARY.has(key.id))
  return [
    ...readResponse({ joined, raw }, keys, frame),
    ...lines
      .map(([key, line]): Series => {
        const values = bucket(line, frame, (all) => joinValues(key.id, all))
        return { ...key, limit: limitOf(key, points), values, peaks: peaksOf(key, points, values, frame) }
      })
      .filter(({ values }) => values.some((value) => value !== null)),
  ]
}

function pointsBySeries(
  samples: readonly Sample[],
  keys: ReadonlyMap<number, SeriesKey>,
): ReadonlyMap<SeriesKey, Point[]> {
  const points = new Map([...keys.values()].map((key) => [key, [] as Point[]]))
  for (const { atMs, values } of samples) {
    for (const [number, value] of values) {
      const key = keys.get(number)
      if (key !== undefined) points.get(key)?.push({ atMs, value })
    }
  }
  return points
}

/** Median and 95th percentile over all probes: of raw samples exact, of joined ones from how often each size was seen. */
function readResponse(
  { joined, raw }: { readonly joined: readonly Sample[]; readonly raw: readonly Sample[] },
  keys: ReadonlyMap<number, SeriesKey>,
  frame: Frame,
): Series[] {
  const answers = raw.flatMap(({ atMs, values }) =>
    [...values].flatMap(([number, value]) => (keys.get(number)?.id === PROBE_SERIES ? [{ atMs, value }] : [])),
  )
  const exact = groupByStep(answers, frame)
  const digests = groupByStep(joined, frame)
  return (
    [
      ['p50', 0.5],
      ['p95', 0.95],
    ] as const
  ).flatMap(([label, share]) => {
    const values = digests.map((samples, step) => {
      const known = samples.map(({ values: all }) => readDigest(all, keys))
      const answered = (exact[step] ?? []).map(({ value }) => value)
      if (known.every(({ size }) => size === 0))
        return quantile(answered, share) ?? readOldQuantile(samples, keys, label)
      return quantileOf(addDigests([...known, digestOf(answered)]), share)
    })
    if (values.every((value) => value === null)) return []
    const key = { id: 'response', title: 'Response time', unit: 'milliseconds', label } as const
    return [{ ...key, limit: null, values, peaks: null }]
  })
}

function groupByStep<T extends { readonly atMs: number }>(all: readonly T[], { fromMs, stepMs, count }: Frame): T[][] {
  const steps = Array.from({ length: count }, (): T[] => [])
  for (const one of all) steps[Math.floor((one.atMs - fromMs) / stepMs)]?.push(one)
  return steps
}

function readDigest(values: Sample['values'], keys: ReadonlyMap<number, SeriesKey>): Digest {
  return new Map(
    [...values].flatMap(([number, amount]) => {
      const key = keys.get(number)
      return key?.id === ANSWERS_SERIES ? [[Number(key.label), amount] as const] : []
    }),
  )
}

/** Earlier versions kept the quantiles of each minute and hour: that of one is true, and of several nothing follows. */
function readOldQuantile(
  samples: readonly Sample[],
  keys: ReadonlyMap<number, SeriesKey>,
  label: string,
): number | null {
  const [only, ...others] = samples
  const number = [...keys].find(([, key]) => key.id === 'response' && key.label === label)?.[0]
  return only === undefined || number === undefined || others.length > 0 ? null : (only.values.get(number) ?? null)
}

/** The highest within each step, of what has peaks worth knowing; null where there is none above its value. */
function peaksOf(
  { id, label }: SeriesKey,
  points: ReadonlyMap<SeriesKey, readonly Point[]>,
  values: Series['values'],
  frame: Frame,
): Series['peaks'] {
  if (!PEAKED.has(id)) return null
  const all = [...points].flatMap(([key, line]) => {
    return key.label === label && (key.id === id || key.id === peakSeries(id)) ? line : []
  })
  const peaks = bucket(all, frame, (some) => Math.max(...some))
  return peaks.some((peak, index) => peak !== values[index]) ? peaks : null
}

function limitOf(key: SeriesKey, points: ReadonlyMap<SeriesKey, readonly Point[]>): number | null {
  const limitId = { memory: 'memory-limit', 'disk-free': 'disk-total' }[key.id]
  if (limitId === undefined) return null
  const limits = [...points].find(([{ id, label }]) => id === limitId && label === key.label)?.[1]
  return limits?.at(-1)?.value ?? null
}

function collectMarks({ stores, stack, incidents, operations }: MetricsSource, { fromMs, toMs }: Frame): Mark[] {
  const latest = stores.timelines.read(stack.number, toMs - MINUTE_MS, toMs).at(-1)
  const isUnderWay = latest?.state === 'maintenance'
  const seen = stores.timelines.marks(stack.number, fromMs, toMs).map((mark) => toMark(mark, isUnderWay))
  const recorded = new Set(operations.map(({ id }) => id))
  const all = [
    ...seen.filter(({ kind, id }) => kind !== 'operation' || !recorded.has(id)),
    ...operations,
    ...incidents.map(({ id, begin, end, worst, service, unseen }): Mark => {
      const title = service === null ? worst : `${service} ${worst}`
      return { kind: 'incident', id, title, from: begin, to: end, unseen }
    }),
  ]
  const isWithin = ({ from, to }: Mark) => Date.parse(to ?? from) >= fromMs && Date.parse(from) < toMs
  const isOpen = ({ kind, to }: Mark) => kind === 'incident' && to === null
  return all.filter((mark) => isOpen(mark) || isWithin(mark)).sort((a, b) => a.from.localeCompare(b.from))
}

/** Of many restarts the newest. */
function tellMarks(marks: readonly Mark[]): Pick<StackMetrics, 'marks' | 'restartsLeftOut'> {
  const restarts = marks.filter(({ kind }) => kind === 'restart')
  const leftOut = new Set(restarts.slice(0, -TOLD_RESTARTS))
  return { marks: marks.filter((mark) => !leftOut.has(mark)), restartsLeftOut: leftOut.size }
}

/** Of an operation whose end nobody saw only the begin is told, unless it goes on now. */
function toMark({ kind, id, title, fromMs, toMs }: StoredMark, isUnderWay: boolean): Mark {
  const endMs = toMs ?? (kind === 'operation' && !isUnderWay ? fromMs : null)
  return { kind, id, title, from: iso(fromMs), to: endMs === null ? null : iso(endMs) }
}

function readDisk({ stores: { samples }, stack }: MetricsSource, nowMs: number): StackMetrics['disk'] {
  const { number, facts, rolledToMs } = stack
  const week = [
    ...samples.read(number, 'hour', nowMs - RANGE_MS['7d'], rolledToMs),
    ...samples.read(number, 'raw', Math.max(rolledToMs, nowMs - RANGE_MS['7d']), nowMs),
  ]
  const points = pointsBySeries(week, samples.series(number))
  const of = (id: string) => [...points].find(([key]) => key.id === id && key.label === facts.diskPath)?.[1] ?? []
  const free = of('disk-free')
  const [latest, totalBytes] = [free.at(-1), of('disk-total').at(-1)?.value]
  if (latest === undefined || totalBytes === undefined) return null
  const { value: freeBytes, atMs } = latest
  return { path: facts.diskPath, freeBytes, totalBytes, measuredAt: iso(atMs), fullInDays: daysUntilFull(free, nowMs) }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
