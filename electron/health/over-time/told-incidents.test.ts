import { expect, test } from 'vitest'
import type { Incident } from '../../../shared/contract/monitor.ts'
import type { Stretch } from '../../../shared/monitor/timeline.ts'
import { tellIncidents } from './told-incidents.ts'

const HOUR = 3_600_000
const FRIDAY = Date.parse('2026-05-01T18:00:00Z')
const at = (hour: number) => FRIDAY + hour * HOUR
const iso = (hour: number) => new Date(at(hour)).toISOString()
const seen = (from: number, to: number, state: Stretch['state']): Stretch => {
  return { fromMs: at(from), toMs: at(to), state }
}
const incident = (begin: number, end: number | null): Incident => ({
  id: 'i',
  ref: { hostId: 'h', project: 'p' },
  state: end === null ? 'down' : 'healthy',
  worst: 'down',
  begin: iso(begin),
  end: end === null ? null : iso(end),
  service: null,
  reason: '',
  evidence: [],
  logs: [],
})

/** The times that nobody observed, in hours: `1 to 3`. */
function unseen(of: Incident, stretches: readonly Stretch[], nowHour: number, keptFromMs = 0): string[] {
  const hour = (time: string) => (Date.parse(time) - FRIDAY) / HOUR
  return tellIncidents([of], { stretches, keptFromMs, nowMs: at(nowHour) }).flatMap((one) =>
    one.unseen.map(({ from, to }) => `${hour(from)} to ${to === null ? 'now' : hour(to)}`),
  )
}

test.each<[string, Incident, Stretch[], number, string[]]>([
  ['watched all the time', incident(0, 2), [seen(0, 2, 'down'), seen(2, 5, 'healthy')], 5, []],
  [
    'down when the app was closed on Friday, and well on Monday',
    incident(0, 63),
    [seen(0, 1, 'down'), seen(63, 64, 'healthy')],
    64,
    ['1 to 63'],
  ],
  [
    'its host out of reach for a while',
    incident(0, 4),
    [seen(0, 1, 'down'), seen(1, 3, 'unknown'), seen(3, 4, 'degraded')],
    5,
    ['1 to 3'],
  ],
  [
    'still open, and its host out of reach',
    incident(0, null),
    [seen(0, 1, 'down'), seen(1, 9, 'unknown')],
    9,
    ['1 to now'],
  ],
  ['still open, and not watched any more', incident(0, null), [seen(0, 1, 'down')], 9, ['1 to now']],
  ['still open, and watched again', incident(0, null), [seen(0, 1, 'down'), seen(7, 9, 'down')], 9, ['1 to 7']],
  ['an operation on it is no break', incident(0, 3), [seen(0, 1, 'down'), seen(1, 3, 'maintenance')], 3, []],
])('%s', (_name, of, stretches, nowHour, expected) => {
  expect(unseen(of, stretches, nowHour)).toEqual(expected)
})

test('of a time of which nothing is kept any more nothing is said', () => {
  expect(unseen(incident(0, 4), [seen(2, 4, 'down')], 9000, at(2))).toEqual([])
})
