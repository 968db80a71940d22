import { expect, it } from 'vitest'
import type { Observed } from '../../shared/contract/monitor.ts'
import { countStates, runsOf, timeByState, worstObserved } from './observed.ts'

it.each<[Observed[], Observed | null]>([
  [[], null],
  [['healthy', 'unobserved'], 'unobserved'],
  [['unobserved', 'maintenance'], 'unobserved'],
  [['degraded', 'unobserved'], 'degraded'],
  [['degraded', 'unknown'], 'degraded'],
  [['unknown', 'down', 'healthy'], 'down'],
])('the worst of %j is %s', (states, worst) => expect(worstObserved(states)).toBe(worst))

it('counts the worst first', () => {
  expect(countStates(['healthy', 'down', 'healthy', 'unobserved'])).toEqual([
    ['down', 1],
    ['unobserved', 1],
    ['healthy', 2],
  ])
})

it('draws neighbours of one state as one', () => {
  expect(runsOf(['healthy', 'healthy', 'down', 'healthy'])).toEqual([
    { state: 'healthy', from: 0, length: 2 },
    { state: 'down', from: 2, length: 1 },
    { state: 'healthy', from: 3, length: 1 },
  ])
})

it('sums how long each state held', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  const segment = (state: Observed, from: number, to: number) => ({ state, from: at(from), to: at(to) })
  expect(timeByState([segment('healthy', 0, 10), segment('down', 10, 12), segment('healthy', 12, 20)])).toEqual([
    ['down', 120_000],
    ['healthy', 1_080_000],
  ])
})
