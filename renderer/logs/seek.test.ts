import { expect, test } from 'vitest'
import type { LogServiceState, LogViewState } from '../../shared/contract/logs.ts'
import { seekStep } from './seek.ts'

const AT = '2026-11-21T20:00:00.000000000Z'
const BEFORE = '2026-11-21T19:00:00.000000000Z'
const AFTER = '2026-11-21T21:00:00.000000000Z'
const api: LogServiceState = {
  service: 'api',
  state: 'following',
  format: 'json',
  detected: true,
  fields: [],
  error: null,
}
const search = { state: 'found', at: null, lookedBackTo: null, readLines: 9, foundLines: 9, error: null } as const

const base: LogViewState = {
  viewId: 'v',
  revision: 0,
  firstPlace: 0,
  count: 5,
  heldLines: 5,
  heldBytes: 5,
  skippedLines: 0,
  filtering: false,
  reordered: 0,
  // Of a quiet service: it says nothing of the others.
  oldest: BEFORE,
  heldFrom: AFTER,
  newest: AFTER,
  histogram: null,
  services: [api],
  search: null,
  error: null,
}

test.for<[string, Partial<LogViewState>, string]>([
  ['is gone to where all that the filter lets pass is held from before', { heldFrom: BEFORE }, 'land'],
  ['is asked for where only another service has lines so old', {}, 'ask'],
  ['waits for the filter', { filtering: true, heldFrom: BEFORE }, 'wait'],
  ['waits for the first services', { services: [], heldFrom: BEFORE }, 'wait'],
  ['waits for the connection', { services: [{ ...api, state: 'reconnecting' }] }, 'wait'],
  ['is asked for where nothing is held yet', { heldFrom: null, oldest: null }, 'ask'],
  ['is gone to where a search looked back so far', { search: { ...search, lookedBackTo: BEFORE } }, 'land'],
  ['is asked for where a search did not look back so far', { search: { ...search, lookedBackTo: AFTER } }, 'ask'],
  ['is asked for where a search backwards was full', { search: { ...search, state: 'full' } }, 'ask'],
  ['is asked for where another moment was', { search: { ...search, at: BEFORE } }, 'ask'],
  ['waits for its search', { search: { ...search, at: AT, state: 'running' } }, 'wait'],
  ['is gone to where its search found it', { search: { ...search, at: AT } }, 'land'],
])('a moment %s', ([, change, kind]) => {
  const step = seekStep({ ...base, ...change }, AT)
  expect(step).toEqual(kind === 'land' ? { kind, problem: null } : { kind })
})

test.for([
  ['cancelled', /cancelled/],
  ['failed', /failed: the reason/],
  ['full', /more around it than can be held/],
  ['exhausted', /has none so old any more/],
] as const)('the list says when it does not show the moment: %s', ([state, words]) => {
  const step = seekStep({ ...base, search: { ...search, at: AT, state } }, AT)
  expect(step).toMatchObject({ kind: 'land', problem: expect.stringMatching(words) })
  expect(step).toMatchObject({ problem: expect.stringContaining('from another time') })
})

test('the list says when nothing around the moment passes the filter', () => {
  const step = seekStep({ ...base, search: { ...search, at: AT, foundLines: 0 } }, AT)
  expect(step).toMatchObject({ problem: expect.stringContaining('none around it passes') })
})
