/** A value at a time, in milliseconds since 1970. */
export interface Point {
  readonly atMs: number
  readonly value: number
}

/** A share of the values lies at or below it: 0.5 is the median. Null without values. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** One value for each of `count` steps from `fromMs` on; null where there is no point: no data is no data. */
export function bucket(
  points: readonly Point[],
  { fromMs, stepMs, count }: { readonly fromMs: number; readonly stepMs: number; readonly count: number },
  join: (values: readonly number[]) => number | null = mean,
): (number | null)[] {
  const groups: number[][] = Array.from({ length: count }, () => [])
  for (const { atMs, value } of points) groups[Math.floor((atMs - fromMs) / stepMs)]?.push(value)
  return groups.map((values) => (values.length === 0 ? null : join(values)))
}

const DAY_MS = 86_400_000
/** A trend of fewer points, or over less time, is chance. */
const LEAST_POINTS = 8
const LEAST_SPAN_MS = DAY_MS / 2
/** Less of the change explained by a straight line than this: nothing can be foreseen. */
const LEAST_FIT = 0.5
/** Nobody plans further ahead, and the line would not hold. */
const FURTHEST_DAYS = 365

/** Days until nothing is free at the pace of these points; null where that is not foreseeable. */
export function daysUntilFull(free: readonly Point[], nowMs: number): number | null {
  const first = free[0]
  const last = free.at(-1)
  if (first === undefined || last === undefined || free.length < LEAST_POINTS) return null
  if (last.atMs - first.atMs < LEAST_SPAN_MS) return null
  const { slope, fit, at } = fitLine(free)
  if (slope >= 0 || fit < LEAST_FIT) return null
  const days = at(nowMs) / -slope / DAY_MS
  return days > FURTHEST_DAYS ? null : Math.max(0, days)
}

/** The straight line that lies closest to the points; `fit` is how much of their variance it explains, 0 to 1. */
function fitLine(points: readonly Point[]) {
  const middleAt = mean(points.map(({ atMs }) => atMs)) ?? 0
  const middleValue = mean(points.map(({ value }) => value)) ?? 0
  let [across, down, both] = [0, 0, 0]
  for (const { atMs, value } of points) {
    across += (atMs - middleAt) ** 2
    down += (value - middleValue) ** 2
    both += (atMs - middleAt) * (value - middleValue)
  }
  const slope = across === 0 ? 0 : both / across
  const fit = across === 0 || down === 0 ? 0 : both ** 2 / (across * down)
  return { slope, fit, at: (atMs: number) => middleValue + slope * (atMs - middleAt) }
}
