import { expect, test } from 'vitest'
import type { Notice } from '../contract/monitor.ts'
import { noticeAddress } from './notice-address.ts'

const ref = { hostId: 'a b', project: 'shop' }
const at = '2026-11-28T09:00:00.000Z'
const line = { time: '2026-11-28T03:00:00.000Z', service: 'web' }
const base = { at, ref, incidentId: null } as const

test.each<[string, Omit<Notice, 'id' | 'title' | 'body'>, string]>([
  ['of this computer', { ...base, kind: 'clock', ref: { hostId: null, project: null } }, '#/'],
  ['of a host', { ...base, kind: 'host-lost', ref: { hostId: 'a b', project: null } }, '#/hosts/a%20b'],
  ['of an incident', { ...base, kind: 'down', incidentId: 'i1' }, '#/hosts/a%20b/stacks/shop/health/incidents/i1'],
  ['of a stack', { ...base, kind: 'recovered' }, '#/hosts/a%20b/stacks/shop/health'],
  [
    'of a rule, which was read late',
    { ...base, kind: 'watch-rule', line },
    '#/hosts/a%20b/stacks/shop/logs?at=2026-11-28T03%3A00%3A00.000Z&service=web',
  ],
  [
    'of a rule, kept without its line',
    { ...base, kind: 'watch-rule' },
    '#/hosts/a%20b/stacks/shop/logs?at=2026-11-28T09%3A00%3A00.000Z',
  ],
])('a notice %s leads there', (_, notice, address) => {
  expect(noticeAddress(notice)).toBe(address)
})
