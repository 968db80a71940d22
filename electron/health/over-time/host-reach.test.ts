import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HostStatus } from '../../../shared/contract/hosts.ts'
import { SlipwayError, toErrorShape } from '../../../shared/errors.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import { hasRoute } from './has-route.ts'
import { HostReach } from './host-reach.ts'

const INTERVAL = 15_000
const START = Date.parse('2026-05-01T10:00:00Z')
const error = toErrorShape(new SlipwayError('host.unreachable', 'deploy@db:22 did not answer.', { retryable: true }))
const UP: HostStatus = { kind: 'connected', since: '' }
const LOST: HostStatus = { kind: 'waiting', error, retryAt: '', attempt: 3 }
const RETRY: HostStatus = { kind: 'connecting', since: '', attempt: 4 }
const IDLE: HostStatus = { kind: 'idle' }

let seconds: number
let asleepMs: number
let told: RaisedNotice[]
let reach: HostReach
let hasNetwork: boolean
let answering: boolean
let tellings: number
let failing: number
let bugs: unknown[]

beforeEach(() => {
  ;[seconds, asleepMs, told, hasNetwork, answering] = [0, 0, [], true, true]
  ;[tellings, failing, bugs] = [0, 0, []]
  reach = new HostReach({
    intervalMs: INTERVAL,
    hasNetwork: async () => hasNetwork,
    raise: (notice) => {
      tellings += 1
      if (tellings <= failing) throw new Error('It cannot be told.')
      told.push(notice)
    },
    reportBug: (bug) => bugs.push(bug),
  })
})
afterEach(() => expect(bugs).toHaveLength(failing))

/** So many looks at 15 s each, at hosts called `db`, `web` and so on. */
async function look(times: number, ...statuses: readonly HostStatus[]): Promise<void> {
  for (let time = 0; time < times; time++) {
    const now = { wallMs: START + seconds * 1000 + asleepMs, monotonicMs: seconds * 1000 }
    const hosts = statuses.map((status, place) => {
      const label = ['db', 'web', 'mail'][place] ?? ''
      return { id: label, label, status, isWatched: true, answers: async () => answering }
    })
    reach.look(now, hosts)
    // What follows a look has only promises to wait for that are kept already.
    await new Promise(setImmediate)
    seconds += INTERVAL / 1000
  }
}

const kinds = () => told.map(({ kind, ref }) => `${kind} ${ref.hostId}`)

test('a host that is lost while another answers is told once, and told again when it is back', async () => {
  await look(3, UP, UP)
  await look(7, LOST, UP)
  expect(kinds()).toEqual([])
  await look(10, RETRY, UP)
  expect(kinds()).toEqual(['host-lost db'])
  expect(reach.lost).toBe(1)
  expect(told[0]?.title).toMatch(/^db cannot be reached since \d\d:\d\d$/)
  expect(told[0]?.body).toBe('deploy@db:22 did not answer. Other hosts answer. How its stacks are is not known.')
  await look(2, UP, UP)
  expect(kinds()).toEqual(['host-lost db', 'host-back db'])
  expect(told[1]?.body).toContain('After about 4 minutes.')
  expect(reach.lost).toBe(0)
})

test('a host that is back soon is not told', async () => {
  await look(6, LOST, UP)
  await look(2, UP, UP)
  await look(6, LOST, UP)
  expect(kinds()).toEqual([])
})

test.each<[string, readonly HostStatus[], boolean, boolean, string[]]>([
  ['all hosts are lost at once', [LOST, LOST], true, true, []],
  ['what still counts as connected does not answer', [LOST, UP], false, true, []],
  ['it is the only host, and this computer has a network', [LOST], true, true, ['host-lost db']],
  ['it is the only one that is meant to be connected', [LOST, IDLE], true, true, ['host-lost db']],
  ['it is the only host, and this computer has no network', [LOST], true, false, []],
  ['a person has disconnected it', [IDLE, UP], true, true, []],
  ['its key has changed', [{ kind: 'failed', error }, UP], true, true, ['host-lost db']],
])('where %s', async (_name, statuses, answers, network, expected) => {
  ;[answering, hasNetwork] = [answers, network]
  await look(20, ...statuses)
  expect(kinds()).toEqual(expected)
})

test('what could not be told is told with the next look', async () => {
  failing = 1
  await look(9, LOST, UP)
  expect([kinds(), reach.lost]).toEqual([[], 0])
  await look(3, LOST, UP)
  expect([kinds(), reach.lost]).toEqual([['host-lost db'], 1])
})

test('after a sleep of this computer the time begins anew', async () => {
  await look(7, LOST, UP)
  asleepMs = 8 * 3_600_000
  await look(8, LOST, UP)
  expect(kinds()).toEqual([])
  await look(1, LOST, UP)
  expect(kinds()).toEqual(['host-lost db'])
})

test('the system knows whether there is a way to the outside, and nothing is left open by asking', async () => {
  expect(await hasRoute()).toBeTypeOf('boolean')
})
