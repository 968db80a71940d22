import type { Segment, Series, StackMetrics } from '../../shared/contract/monitor.ts'
import { joinShortGaps, type Stretch } from './join-gaps.ts'
import type { Unit } from './value-axis.ts'

/** One chart: the lines that belong on the same axes. */
export interface ChartGroup {
  readonly id: string
  readonly title: string
  readonly unit: Unit
  readonly lines: readonly ChartLine[]
}

export interface ChartLine {
  /** `line0`, `line1`: names may hold dots, which recharts would follow as a path. */
  readonly key: string
  readonly label: string
  readonly limit: number | null
  /** As they were measured. */
  readonly values: readonly (number | null)[]
  /** As the line goes. */
  readonly drawn: readonly (number | null)[]
  /** The highest that each value hides, measured and drawn; null where there is none. */
  readonly peaks: { readonly values: readonly (number | null)[]; readonly drawn: readonly (number | null)[] } | null
}

/** A time with the value of each line; null where nothing was observed. */
export type ChartPoint = { readonly t: number } & Readonly<Record<string, number | null>>

/** The order in which a person asks: is it slow, is it busy, is it full. What the runbook names follows. */
const ORDER = ['response', 'cpu', 'memory', 'network', 'disk', 'restarts']

function place(id: string): number {
  const index = ORDER.findIndex((known) => id === known || id.startsWith(`${known}-`) || id.startsWith(`${known}.`))
  return index === -1 ? ORDER.length : index
}

/** Series of one name and unit on one chart, in the order in which a person asks for them. */
export function groupSeries(
  series: readonly Series[],
  times: readonly number[],
  unobserved: readonly Stretch[],
): readonly ChartGroup[] {
  const groups = new Map<string, Series[]>()
  for (const one of series) groups.set(`${one.id} ${one.unit}`, [...(groups.get(`${one.id} ${one.unit}`) ?? []), one])
  return [...groups.values()]
    .flatMap(([first, ...rest]) => (first ? [toGroup([first, ...rest], times, unobserved)] : []))
    .toSorted((a, b) => place(a.id) - place(b.id))
}

function toGroup(
  series: readonly [Series, ...Series[]],
  times: readonly number[],
  unobserved: readonly Stretch[],
): ChartGroup {
  const [{ id, title, unit }] = series
  const join = (values: Series['values']) => joinShortGaps(values, times, unobserved)
  const lines = series.map(({ label, limit, values, peaks }, index) => ({
    key: `line${index}`,
    label,
    limit,
    values,
    drawn: join(values),
    peaks: peaks === null ? null : { values: peaks, drawn: join(peaks) },
  }))
  return { id, title, unit: unit === 'bytes' && id.startsWith('disk') ? 'disk-bytes' : unit, lines }
}

/** Whether there is any value to draw. */
export function hasValues({ lines }: ChartGroup): boolean {
  return lines.some(({ values }) => values.some((value) => value !== null))
}

/** The points of a chart within a window, with one on each side so that lines go to the edge. */
export function toPoints(
  { lines }: ChartGroup,
  times: readonly number[],
  fromMs: number,
  toMs: number,
): readonly ChartPoint[] {
  const first = Math.max(0, times.findIndex((time) => time >= fromMs) - 1)
  const after = times.findIndex((time) => time > toMs)
  const last = after === -1 ? times.length - 1 : after
  return times.slice(first, last + 1).map((t, offset) => ({
    t,
    ...Object.fromEntries(lines.map(({ key, drawn }) => [key, drawn[first + offset] ?? null])),
    ...Object.fromEntries(
      lines.flatMap(({ key, peaks }) => (peaks === null ? [] : [[peakKey(key), peaks.drawn[first + offset] ?? null]])),
    ),
  }))
}

/** Where a point has the peak of a line. */
export function peakKey(key: string): string {
  return `${key}peak`
}

/** The newest value of a line that is known. */
export function latestValue({ values }: Pick<ChartLine, 'values'>): number | null {
  return values.findLast((value) => value !== null) ?? null
}

/** The lines to draw at first: those that are highest where not all can be told apart. */
export function busiestLines(lines: readonly ChartLine[], most: number): ReadonlySet<string> {
  const peak = ({ values, peaks }: ChartLine) =>
    (peaks?.values ?? values).reduce<number>((high, value) => Math.max(high, value ?? 0), 0)
  const byPeak = lines.toSorted((a, b) => peak(b) - peak(a)).slice(0, most)
  return new Set(byPeak.map(({ key }) => key))
}

/** Where nobody looked, within a window: drawn as such behind every line. */
export function unobservedStretches(segments: readonly Segment[], fromMs: number, toMs: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  let seenTo = fromMs
  for (const { from, to, state } of segments) {
    const [begin, end] = [Math.max(fromMs, Date.parse(from)), Math.min(toMs, Date.parse(to))]
    if (!(end > begin)) continue
    // A hole between segments is time of which nothing is known either.
    if (begin > seenTo) stretches.push({ from: seenTo, to: begin })
    if (state === 'unobserved') stretches.push({ from: begin, to: end })
    seenTo = Math.max(seenTo, end)
  }
  if (seenTo < toMs) stretches.push({ from: seenTo, to: toMs })
  return joinStretches(stretches)
}

function joinStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = []
  for (const stretch of stretches) {
    const last = joined.at(-1)
    if (last && last.to >= stretch.from) joined[joined.length - 1] = { from: last.from, to: stretch.to }
    else joined.push(stretch)
  }
  return joined
}

/** Whether the monitor has seen anything in the range. */
export function hasObservation({ segments }: Pick<StackMetrics, 'segments'>): boolean {
  return segments.some(({ state }) => state !== 'unobserved')
}
