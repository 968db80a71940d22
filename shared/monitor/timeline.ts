import type { Observed } from '../contract/monitor.ts'

/** A time in one state, in milliseconds since 1970; the end is not part of it. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly state: Observed
}

/** Best first. What somebody saw counts for more than what nobody could see, except that down is always the worst. */
const GRAVITY: readonly Observed[] = ['unobserved', 'healthy', 'maintenance', 'unknown', 'degraded', 'down']

export function isGraver(a: Observed, b: Observed): boolean {
  return GRAVITY.indexOf(a) > GRAVITY.indexOf(b)
}

export function gravest(states: readonly Observed[]): Observed {
  return states.reduce<Observed>((worst, state) => (isGraver(state, worst) ? state : worst), 'unobserved')
}

/** What lies within a range, in order and without overlaps: of two that overlap the later noted one counts. */
export function clipTimeline(stretches: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  const clipped: Stretch[] = []
  for (const stretch of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const begin = Math.max(stretch.fromMs, fromMs)
    const end = Math.min(stretch.toMs, toMs)
    if (end <= begin) continue
    const last = clipped.at(-1)
    if (last !== undefined && last.toMs > begin) clipped[clipped.length - 1] = { ...last, toMs: begin }
    clipped.push({ fromMs: begin, toMs: end, state: stretch.state })
  }
  return clipped.filter((stretch) => stretch.toMs > stretch.fromMs)
}

/** The whole range: what nobody observed is said to be so, and neighbours of one state are one stretch. */
export function fillTimeline(stretches: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  const filled: Stretch[] = []
  const add = (stretch: Stretch) => {
    const last = filled.at(-1)
    if (stretch.toMs <= stretch.fromMs) return
    if (last?.state === stretch.state) filled[filled.length - 1] = { ...last, toMs: stretch.toMs }
    else filled.push(stretch)
  }
  let at = fromMs
  for (const stretch of clipTimeline(stretches, fromMs, toMs)) {
    add({ fromMs: at, toMs: stretch.fromMs, state: 'unobserved' })
    add(stretch)
    at = stretch.toMs
  }
  add({ fromMs: at, toMs, state: 'unobserved' })
  return filled
}

/** Two looks are noted in whole milliseconds; less than this between them is no time in which nobody looked. */
const LEAST_UNSEEN_MS = 1000

/** Where nobody looked, or nobody could see, within a range; oldest first. */
export function unseenWithin(
  stretches: readonly Stretch[],
  fromMs: number,
  toMs: number,
): { readonly fromMs: number; readonly toMs: number }[] {
  const told = stretches.map((one) => (one.state === 'unknown' ? { ...one, state: 'unobserved' as const } : one))
  return fillTimeline(told, fromMs, toMs)
    .filter((one) => one.state === 'unobserved' && one.toMs - one.fromMs >= LEAST_UNSEEN_MS)
    .map((one) => ({ fromMs: one.fromMs, toMs: one.toMs }))
}

/**
 * How much of the time a stack was up. Time in which nobody looked or could see is neither up nor down, and that of
 * Slipway's own operations was agreed to: `up` is healthy and degraded time among healthy, degraded and down time.
 */
export function uptimeOf(
  stretches: readonly Stretch[],
  fromMs: number,
  toMs: number,
): { readonly up: number | null; readonly observed: number } {
  const spent = new Map<Observed, number>()
  for (const stretch of clipTimeline(stretches, fromMs, toMs)) {
    spent.set(stretch.state, (spent.get(stretch.state) ?? 0) + stretch.toMs - stretch.fromMs)
  }
  const of = (state: Observed) => spent.get(state) ?? 0
  const upMs = of('healthy') + of('degraded')
  const judgedMs = upMs + of('down')
  const observedMs = judgedMs + of('maintenance')
  return {
    up: judgedMs === 0 ? null : upMs / judgedMs,
    observed: toMs > fromMs ? Math.min(1, observedMs / (toMs - fromMs)) : 0,
  }
}

/** The range in equal parts, the worst of each. */
export function worstOfParts(
  stretches: readonly Stretch[],
  { fromMs, toMs, parts }: { readonly fromMs: number; readonly toMs: number; readonly parts: number },
): Observed[] {
  const worst = new Array<Observed>(parts).fill('unobserved')
  const width = (toMs - fromMs) / parts
  for (const stretch of clipTimeline(stretches, fromMs, toMs)) {
    const first = Math.floor((stretch.fromMs - fromMs) / width)
    const last = Math.min(parts - 1, Math.ceil((stretch.toMs - fromMs) / width) - 1)
    for (let part = first; part <= last; part++) worst[part] = gravest([worst[part] ?? 'unobserved', stretch.state])
  }
  return worst
}
