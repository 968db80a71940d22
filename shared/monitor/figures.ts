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
/** More than this share of the fall … */
const STEP_SHARE_OF_FALL = 0.5
/** … within this share of the time is a step, and no pace. */
const STEP_SHARE = 0.15
/** Nobody plans further ahead, and the line would not hold. */
const FURTHEST_DAYS = 365

/** Days until nothing is free at the pace of these points; null where that is not foreseeable. */
export function daysUntilFull(free: readonly Point[], nowMs: number): number | null {
  const first = free[0]
  const last = free.at(-1)
  if (first === undefined || last === undefined || free.length < LEAST_POINTS) return null
  if (last.atMs - first.atMs < LEAST_SPAN_MS) return null
  const { slope, fit, at } = fitLine(free)
  if (slope >= 0 || fit < LEAST_FIT || isOneStep(free, -slope * (last.atMs - first.atMs))) return null
  const days = at(nowMs) / -slope / DAY_MS
  return days > FURTHEST_DAYS ? null : Math.max(0, days)
}

/**
 * Whether most of a fall happened at once, as when an image is pulled: a straight line through a step fits well, and
 * foresees what nobody does again. A mean over an hour may lie on the step: so two steps of it are one.
 */
function isOneStep(points: readonly Point[], fall: number): boolean {
  const [first, last] = [points[0], points.at(-1)]
  const shortMs = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) * STEP_SHARE
  return points.some(({ atMs, value }, index) =>
    points
      .slice(index + 1, index + 3)
      .some((next) => next.atMs - atMs <= shortMs && value - next.value > fall * STEP_SHARE_OF_FALL),
  )
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
