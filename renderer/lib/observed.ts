import { IconEyeOff } from '@tabler/icons-react'
import type { Observed, Segment } from '../../shared/contract/monitor.ts'
import { HEALTH_LOOKS, type StateLook } from './states.ts'

/** The health words over time, and the one for times at which nobody looked. */
export const OBSERVED_LOOKS: Record<Observed, StateLook> = {
  healthy: HEALTH_LOOKS.healthy,
  degraded: HEALTH_LOOKS.degraded,
  down: HEALTH_LOOKS.down,
  unknown: HEALTH_LOOKS.unknown,
  maintenance: HEALTH_LOOKS.maintenance,
  unobserved: { tone: 'idle', icon: IconEyeOff, word: 'Not observed' },
}

/** Best first. What somebody saw to be wrong counts for more than what nobody could see, which is no good news either. */
export const OBSERVED_ORDER: readonly Observed[] = [
  'healthy',
  'maintenance',
  'unobserved',
  'unknown',
  'degraded',
  'down',
]

/** How bad a state is, for sorting: higher is worse. */
export function badness(state: Observed): number {
  return OBSERVED_ORDER.indexOf(state)
}

/** The worst of several; null where there is nothing to judge. */
export function worstObserved(states: readonly Observed[]): Observed | null {
  return states.reduce<Observed | null>(
    (worst, state) => (worst !== null && badness(worst) >= badness(state) ? worst : state),
    null,
  )
}

/** How many of each, worst first, without those that there are none of. */
export function countStates(states: readonly Observed[]): readonly (readonly [state: Observed, amount: number])[] {
  return OBSERVED_ORDER.toReversed()
    .map((state) => [state, states.filter((one) => one === state).length] as const)
    .filter(([, amount]) => amount > 0)
}

export interface Run {
  readonly state: Observed
  readonly from: number
  readonly length: number
}

/** Neighbours of one state as one: what is drawn is few, whatever the number of parts. */
export function runsOf(states: readonly Observed[]): readonly Run[] {
  const runs: Run[] = []
  states.forEach((state, index) => {
    const last = runs.at(-1)
    if (last?.state === state) runs[runs.length - 1] = { ...last, length: last.length + 1 }
    else runs.push({ state, from: index, length: 1 })
  })
  return runs
}

/** How long each state held within the segments, worst first, in milliseconds. */
export function timeByState(segments: readonly Segment[]): readonly (readonly [state: Observed, ms: number])[] {
  const sums = new Map<Observed, number>()
  for (const { state, from, to } of segments) {
    sums.set(state, (sums.get(state) ?? 0) + Math.max(0, Date.parse(to) - Date.parse(from)))
  }
  return [...sums].filter(([, ms]) => ms > 0).toSorted(([a], [b]) => badness(b) - badness(a))
}
