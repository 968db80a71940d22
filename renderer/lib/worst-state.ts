import type { FleetHost, Observed } from '../../shared/contract/monitor.ts'
import { badness, OBSERVED_LOOKS } from './observed.ts'

/** The worst that is known of all stacks, and how many are that bad. */
export interface WorstState {
  readonly state: Observed
  readonly amount: number
}

/** Null where no stack is known. */
export function worstOfFleet(hosts: readonly FleetHost[]): WorstState | null {
  const states = hosts.flatMap(({ stacks }) => stacks.map(({ state }) => state))
  const state = states.toSorted((a, b) => badness(b) - badness(a))[0]
  return state === undefined ? null : { state, amount: states.filter((one) => one === state).length }
}

/** Trouble that is known of: time in which nobody looked is none, and an operation of one's own neither. */
export function isTrouble(worst: WorstState | null): worst is WorstState {
  return worst !== null && badness(worst.state) >= badness('unknown')
}

/** `2 down`. */
export function worstWords({ state, amount }: WorstState): string {
  return `${amount} ${OBSERVED_LOOKS[state].word.toLowerCase()}`
}
