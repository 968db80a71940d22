import { expect, test } from 'vitest'
import { buildContainer } from '../../stacks/container-fixture.ts'
import { HappeningWatch } from './happening-watch.ts'

const moment = (ms: number) => new Date(ms).toISOString()
const container = (startedAt: string, state: 'running' | 'exited' = 'running') => ({
  web: [buildContainer('web', { startedAt, state })],
})
const at = (nowMs: number, hostNowMs = nowMs) => ({ nowMs, hostNowMs })
const upgrade = { id: 'o1', kind: 'upgrade', owner: 'anna on laptop', mine: true, stale: false }

test('a container that was started again is marked once, and the first one seen is not', () => {
  const watch = new HappeningWatch()
  expect(watch.look({ operation: null, containers: container(moment(1)) }, at(10))).toEqual([])
  expect(watch.look({ operation: null, containers: container(moment(1), 'exited') }, at(20))).toEqual([])
  expect(watch.look({ operation: null, containers: container(moment(30)) }, at(40))).toEqual([
    { kind: 'restart', id: `acme-web-1 ${moment(30)}`, title: 'acme-web-1 was started again', fromMs: 30, toMs: null },
  ])
  expect(watch.look({ operation: null, containers: container(moment(30)) }, at(50))).toEqual([])
})

test('an operation is marked from its beginning to its end, and what it starts again is part of it', () => {
  const watch = new HappeningWatch()
  watch.look({ operation: null, containers: container(moment(1)) }, at(10))
  const mark = { kind: 'operation', id: 'o1', title: 'upgrade', fromMs: 20 }
  expect(watch.look({ operation: upgrade, containers: container(moment(1)) }, at(20))).toEqual([
    { ...mark, toMs: null },
  ])
  expect(watch.look({ operation: upgrade, containers: container(moment(30)) }, at(30))).toEqual([])
  expect(watch.look({ operation: undefined, containers: container(moment(30)) }, at(35))).toEqual([])
  expect(watch.look({ operation: null, containers: container(moment(30)) }, at(40))).toEqual([{ ...mark, toMs: 40 }])
})

test.each<[string, number, number, number]>([
  ['by a host whose clock agrees', 150, 0, 150],
  ['by a host whose clock is ahead', 5150, 5000, 150],
  ['before the look before, by a clock that was set since', 20, 0, 100],
  ['after the look, by the same', 900, 0, 200],
])('a restart is marked when it was: %s', (_name, startedMs, hostAheadMs, fromMs) => {
  const watch = new HappeningWatch()
  watch.look({ operation: null, containers: container(moment(1)) }, at(100, 100 + hostAheadMs))
  const seen = { operation: null, containers: container(moment(startedMs)) }
  expect(watch.look(seen, at(200, 200 + hostAheadMs))).toMatchObject([{ kind: 'restart', fromMs }])
})

test('of a restart while the host could not be seen the look before is the last that saw it', () => {
  const watch = new HappeningWatch()
  watch.look({ operation: null, containers: container(moment(1)) }, at(100))
  watch.look({ operation: undefined, containers: container(moment(1)) }, at(200))
  const seen = { operation: null, containers: container(moment(150)) }
  expect(watch.look(seen, at(300))).toMatchObject([{ kind: 'restart', fromMs: 150 }])
})
