import { expect, it } from 'vitest'
import type { FleetHost, FleetStack, Observed } from '../../shared/contract/monitor.ts'
import { isTrouble, worstOfFleet, worstWords } from './worst-state.ts'

const fleet = (...hosts: Observed[][]): FleetHost[] =>
  hosts.map((states, index) => ({
    hostId: `${index}`,
    label: `${index}`,
    connected: true,
    listed: true,
    reason: '',
    worst: states[0] ?? 'unobserved',
    stacks: states.map((state) => ({ state }) as FleetStack),
  }))

it('counts the worst over all hosts', () => {
  const worst = worstOfFleet(fleet(['healthy', 'down'], ['down', 'degraded']))
  expect(worst && worstWords(worst)).toBe('2 down')
  expect(worstOfFleet(fleet([], []))).toBeNull()
})

it.each<[Observed, boolean]>([
  ['healthy', false],
  ['maintenance', false],
  ['unobserved', false],
  ['degraded', true],
  ['unknown', true],
  ['down', true],
])('%s is trouble: %s', (state, trouble) => expect(isTrouble(worstOfFleet(fleet([state])))).toBe(trouble))
