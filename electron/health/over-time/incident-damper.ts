import type { Health } from '../../../shared/contract/stacks.ts'
import { isWorse } from '../judge-service.ts'
import type { Moment } from './clock.ts'

export interface DamperLimits {
  /** A state has to be seen so often … */
  readonly looks: number
  /** … and for so long before it is an incident … */
  readonly badMs: number
  /** … or the end of one. */
  readonly goodMs: number
  /** Bad again within this time after its end, it is the same incident. */
  readonly sameMs: number
}

export const DAMPER_LIMITS: DamperLimits = { looks: 2, badMs: 10_000, goodMs: 30_000, sameMs: 5 * 60_000 }
/** The end of an incident that came back must hold so much longer, each time, but never longer than `sameMs`. */
const SLOWER = 3

/** A state that may hold or not. */
interface Streak {
  readonly since: Moment
  readonly looks: number
}

export interface DamperState {
  /** The worst of the open incident, or of the one that has just ended; null: there is none. */
  readonly worst: Health | null
  readonly isOpen: boolean
  /** How often this incident has come back. */
  readonly returns: number
  readonly endedAtMs: number
  /** Bad looks in a row while calm, or worse ones while open. */
  readonly bad: (Streak & { readonly health: Health }) | null
  /** Good looks in a row while open. */
  readonly good: Streak | null
}

export const CALM: DamperState = { worst: null, isOpen: false, returns: 0, endedAtMs: 0, bad: null, good: null }

export type DamperAction =
  /** It began at `since`. */
  | { readonly kind: 'open' | 'return' | 'worsen'; readonly since: Moment; readonly health: Health }
  | { readonly kind: 'close'; readonly since: Moment }

export interface DamperStep {
  readonly state: DamperState
  readonly action: DamperAction | null
}

/** How a look bears on incidents: starting and unknown say neither, and maintenance was agreed to. */
function bearing(health: Health): 'bad' | 'good' | 'starting' | 'unknown' | 'muted' {
  if (health === 'down' || health === 'degraded') return 'bad'
  if (health === 'healthy') return 'good'
  return health === 'maintenance' ? 'muted' : health
}

/** Nobody looked for a while: what was about to be decided begins anew, and what has ended does not come back. */
export function interrupt(state: DamperState): DamperState {
  return state.isOpen ? { ...state, bad: null, good: null } : CALM
}

/** One more look. Pure; a state that flaps is one incident, and is told once. */
export function damp(state: DamperState, health: Health, now: Moment, limits: DamperLimits): DamperStep {
  switch (bearing(health)) {
    case 'muted':
      return { state: interrupt(state), action: null }
    case 'starting':
      return { state: { ...state, good: null }, action: null }
    case 'unknown':
      // It may last for hours: what was bad before it and after it did not surely hold in between.
      return { state: { ...state, bad: null, good: null }, action: null }
    case 'good':
      return dampGood({ ...state, bad: null }, now, limits)
    case 'bad':
      return dampBad({ ...state, good: null }, health, now, limits)
  }
}

function dampGood(state: DamperState, now: Moment, limits: DamperLimits): DamperStep {
  if (!state.isOpen) return { state, action: null }
  const good = prolong(state.good, now)
  const needed = Math.min(limits.goodMs * SLOWER ** state.returns, Math.max(limits.goodMs, limits.sameMs))
  if (!holds(good, now, limits.looks, needed)) return { state: { ...state, good }, action: null }
  return {
    state: { ...state, isOpen: false, good: null, endedAtMs: now.monotonicMs },
    action: { kind: 'close', since: good.since },
  }
}

function dampBad(state: DamperState, health: Health, now: Moment, limits: DamperLimits): DamperStep {
  if (state.isOpen && (state.worst === null || !isWorse(health, state.worst))) {
    return { state: { ...state, bad: null }, action: null }
  }
  // Down after degraded counts on: it is bad all the same, and the better of the two is what surely held.
  const before = state.bad
  const bad = { ...prolong(before, now), health }
  if (!holds(bad, now, limits.looks, limits.badMs)) return { state: { ...state, bad }, action: null }
  const { since } = bad
  if (state.isOpen) return { state: { ...state, worst: health, bad: null }, action: { kind: 'worsen', since, health } }
  const isSame = state.worst !== null && now.monotonicMs - state.endedAtMs <= limits.sameMs + limits.badMs
  const opened = { ...state, isOpen: true, bad: null, good: null }
  if (!isSame) return { state: { ...opened, worst: health, returns: 0 }, action: { kind: 'open', since, health } }
  const worst = state.worst !== null && isWorse(state.worst, health) ? state.worst : health
  return { state: { ...opened, worst, returns: state.returns + 1 }, action: { kind: 'return', since, health } }
}

function prolong(streak: Streak | null, now: Moment): Streak {
  return streak === null ? { since: now, looks: 1 } : { since: streak.since, looks: streak.looks + 1 }
}

function holds(streak: Streak, now: Moment, looks: number, forMs: number): boolean {
  return streak.looks >= looks && now.monotonicMs - streak.since.monotonicMs >= forMs
}
