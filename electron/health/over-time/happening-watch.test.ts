import { expect, test } from 'vitest'
import { buildContainer } from '../../stacks/container-fixture.ts'
import { HappeningWatch } from './happening-watch.ts'

const container = (startedAt: string, state: 'running' | 'exited' = 'running') => ({
  web: [buildContainer('web', { startedAt, state })],
})
const upgrade = { id: 'o1', kind: 'upgrade', owner: 'anna on laptop', mine: true, stale: false }

test('a container that was started again is marked once, and the first one seen is not', () => {
  const watch = new HappeningWatch()
  expect(watch.look({ operation: null, containers: container('1') }, 10)).toEqual([])
  expect(watch.look({ operation: null, containers: container('1', 'exited') }, 20)).toEqual([])
  expect(watch.look({ operation: null, containers: container('2') }, 30)).toEqual([
    { kind: 'restart', id: 'acme-web-1 2', title: 'acme-web-1 was started again', fromMs: 30, toMs: null },
  ])
  expect(watch.look({ operation: null, containers: container('2') }, 40)).toEqual([])
})

test('an operation is marked from its beginning to its end, and what it starts again is part of it', () => {
  const watch = new HappeningWatch()
  watch.look({ operation: null, containers: container('1') }, 10)
  const mark = { kind: 'operation', id: 'o1', title: 'upgrade', fromMs: 20 }
  expect(watch.look({ operation: upgrade, containers: container('1') }, 20)).toEqual([{ ...mark, toMs: null }])
  expect(watch.look({ operation: upgrade, containers: container('2') }, 30)).toEqual([])
  expect(watch.look({ operation: undefined, containers: container('2') }, 35)).toEqual([])
  expect(watch.look({ operation: null, containers: container('2') }, 40)).toEqual([{ ...mark, toMs: 40 }])
})
