import { expect, test } from 'vitest'
import { logFilterSchema } from '../../shared/contract/logs.ts'
import type { RaisedNotice } from '../notices/notices.ts'
import { tellHit } from './describe-hit.ts'

const ref = { hostId: 'h1', project: 'shop' }
const rule = {
  id: 'r',
  name: 'Errors',
  filter: logFilterSchema.parse({}),
  moreThan: 0,
  withinSeconds: 60,
  enabled: true,
}
const hit = { ruleId: 'r', time: '2026-11-21T20:00:00.123456789Z', service: 'api', message: 'failed' }
const line = { time: hit.time, service: hit.service }
const atMs = Date.parse(hit.time)

test.for([
  ['as it comes', 0, 2_000, 'api: failed'],
  ['as it comes, by a clock that is behind', 0, -2_000, 'api: failed'],
  ['counted', 5, 0, 'More than 5 lines in 60 seconds. Last: api: failed'],
  ['that was caught up with', 0, 3_600_000, 'At 2026-11-21 20:00:00 UTC, read only now. api: failed'],
] as const)('a line that meets a rule is told %s', ([, moreThan, laterMs, body]) => {
  const raised: RaisedNotice[] = []
  const raise = (notice: RaisedNotice) => void raised.push(notice)
  tellHit({ ref, rule: { ...rule, moreThan }, hit, nowMs: atMs + laterMs }, raise, () => expect.unreachable())
  expect(raised).toEqual([{ kind: 'watch-rule', ref, title: 'shop: Errors', body, incidentId: null, line }])
})

test('a notice that cannot be kept is reported, and ends nothing', () => {
  const full = new Error('database or disk is full')
  const bugs: unknown[] = []
  const raise = () => {
    throw full
  }
  tellHit({ ref, rule, hit, nowMs: atMs }, raise, (error) => bugs.push(error))
  expect(bugs).toEqual([full])
})
