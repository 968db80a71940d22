import { expect, it } from 'vitest'
import type { FleetHost, Observed } from '../../shared/contract/monitor.ts'
import { emptyWords, fleetGroups, fleetRows, isSameRow } from './fleet-rows.ts'

function host(label: string, stacks: readonly (readonly [name: string, state: Observed])[]): FleetHost {
  return {
    hostId: label,
    label,
    connected: true,
    listed: true,
    reason: '',
    worst: stacks[0]?.[1] ?? 'unobserved',
    stacks: stacks.map(([name, state]) => ({
      ref: { hostId: label, project: name },
      name,
      version: '1.2.0',
      state,
      reason: state === 'down' ? 'the database does not answer' : '',
      since: null,
      day: [],
      uptime: { range: '24h', up: null, observed: 0 },
      responseP50Ms: null,
      openIncident: null,
    })),
  }
}

const hosts = [
  host('vm-10', [
    ['shop', 'healthy'],
    ['mail', 'degraded'],
  ]),
  host('vm-2', [
    ['wiki', 'down'],
    ['blog', 'healthy'],
  ]),
  host('vm-1', []),
]
const all = { text: '', states: new Set<Observed>() }
const names = (rows: ReturnType<typeof fleetRows>) => rows.map(({ stack }) => stack.name)

it('lists the worst first, then by name', () => {
  expect(names(fleetRows(hosts, all))).toEqual(['wiki', 'mail', 'blog', 'shop'])
})

it('filters by words anywhere in what is said of a stack, and by state', () => {
  expect(names(fleetRows(hosts, { ...all, text: 'vm-2 data' }))).toEqual(['wiki'])
  expect(names(fleetRows(hosts, { ...all, states: new Set(['healthy', 'degraded']) }))).toEqual([
    'mail',
    'blog',
    'shop',
  ])
})

it('shows hosts without a stack only where nothing is filtered', () => {
  const labels = (filter: typeof all) => fleetGroups(hosts, filter).map(({ host: { label } }) => label)
  expect(labels(all)).toEqual(['vm-2', 'vm-10', 'vm-1'])
  expect(labels({ ...all, text: 'shop' })).toEqual(['vm-10'])
})

it.each([
  [{ connected: true, listed: true, reason: '' }, 'No Compose stack runs on this host.'],
  [{ connected: true, listed: false, reason: '' }, 'Its stacks have not been listed yet.'],
  [
    { connected: true, listed: false, reason: 'The engine does not answer.' },
    'Its stacks could not be listed: The engine does not answer.',
  ],
  [{ connected: false, listed: false, reason: 'It is away.' }, 'Its stacks are shown once it is connected.'],
])('says of a host without stacks only what is known: %o', (known, words) => {
  expect(emptyWords({ ...host('vm', []), ...known })).toBe(words)
})

it('tells rows apart by what is said of them', () => {
  const [before] = fleetRows([host('vm', [['shop', 'healthy']])], all)
  if (!before) throw new Error('no row')
  const seen = (observed: number) => ({
    ...before,
    stack: { ...before.stack, uptime: { ...before.stack.uptime, observed } },
  })
  expect(isSameRow(seen(0.611), seen(0.612))).toBe(true)
  expect(isSameRow(seen(0.611), seen(0.622))).toBe(false)
  expect(isSameRow(before, { ...before, stack: { ...before.stack, state: 'down' } })).toBe(false)
})
