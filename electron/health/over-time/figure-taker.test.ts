import { expect, test } from 'vitest'
import type { ContainerUsage } from '../../docker/engine.ts'
import { buildContainer } from '../../stacks/container-fixture.ts'
import type { AskedProbe } from '../probe-result.ts'
import { FigureTaker, type Measured } from './figure-taker.ts'

const MEGABYTE = 2 ** 20
const nothing: Measured = { probes: new Map(), usage: new Map(), containers: {}, disk: null }
const at = (seconds: number) => ({ wallMs: 1e12 + seconds * 1000, monotonicMs: seconds * 1000 })

/** What was taken, as `cpu web: 10`. */
function take(taker: FigureTaker, measured: Partial<Measured>, seconds: number): string[] {
  return taker
    .take({ ...nothing, ...measured }, at(seconds))
    .map(({ key, value }) => `${key.id} ${key.label}: ${value}`)
}

const usage = (change: Partial<ContainerUsage> = {}): ContainerUsage => ({
  cpuPercent: 10,
  memoryBytes: MEGABYTE,
  memoryLimitBytes: null,
  networkInBytes: 1000,
  networkOutBytes: null,
  diskReadBytes: null,
  diskWriteBytes: 0,
  ...change,
})

const probe = (change: Partial<AskedProbe> = {}): AskedProbe => ({
  id: 'status',
  title: 'Status',
  service: 'web',
  health: 'healthy',
  reason: '',
  request: '',
  answer: null,
  durationMs: 12,
  checkedAt: '1',
  ...change,
})

test('usage is taken once for each sample, and traffic as a rate between two', () => {
  const taker = new FigureTaker()
  const containers = { web: [buildContainer('web', { restartCount: 2 })] }
  const first = new Map([['web-id', usage({ memoryLimitBytes: 4 * MEGABYTE })]])
  expect(take(taker, { usage: first, containers }, 0)).toEqual([
    'restarts web: 2',
    'cpu web: 10',
    'memory web: 1048576',
    'memory-limit web: 4194304',
  ])
  expect(take(taker, { usage: first, containers }, 15)).toEqual([])
  const second = new Map([['web-id', usage({ networkInBytes: 4000, diskWriteBytes: 600 })]])
  expect(take(taker, { usage: second, containers }, 30)).toEqual([
    'restarts web: 2',
    'cpu web: 10',
    'memory web: 1048576',
    'network-in web: 100',
    'disk-write web: 20',
  ])
  const begunAnew = new Map([['web-id', usage({ networkInBytes: 50, diskWriteBytes: 50 })]])
  expect(take(taker, { usage: begunAnew, containers }, 60).filter((line) => line.includes('-'))).toEqual([])
  const muchLater = new Map([['web-id', usage({ networkInBytes: 9e9, diskWriteBytes: 9e9 })]])
  expect(take(taker, { usage: muchLater, containers }, 3600).filter((line) => line.includes('-'))).toEqual([])
})

test('what was counted while this computer slept is no traffic of the moment at which it wakes', () => {
  const containers = { web: [buildContainer('web')] }
  const asked = (checkedAt: string, value: number) => {
    const figures = [{ id: 'done', title: 'Jobs', unit: 'per-second', label: 'mail', value, isCounter: true } as const]
    return new Map([['metrics', probe({ durationMs: null, checkedAt, figures })]])
  }
  /** 15 s after the first look, by the clock that stands still during sleep. */
  const ratesAfter = (sleptSeconds: number) => {
    const taker = new FigureTaker()
    const before = { usage: new Map([['web-id', usage()]]), probes: asked('1', 100) }
    const after = { usage: new Map([['web-id', usage({ networkInBytes: 7000 })]]), probes: asked('2', 700) }
    taker.take({ ...nothing, ...before, containers }, at(0))
    const wake = { wallMs: at(15 + sleptSeconds).wallMs, monotonicMs: at(15).monotonicMs }
    return taker
      .take({ ...nothing, ...after, containers }, wake)
      .flatMap(({ key, value }) => (key.unit.endsWith('per-second') ? [`${key.id}: ${value}`] : []))
  }
  expect(ratesAfter(45)).toEqual(['metric-done: 10', 'network-in: 100', 'disk-write: 0'])
  expect(ratesAfter(3600)).toEqual([])
})

test('the containers of a service that has several are told apart', () => {
  const containers = {
    web: [buildContainer('web', { id: 'a', name: 'web-1' }), buildContainer('web', { id: 'b', name: 'web-2' })],
  }
  const lines = take(new FigureTaker(), { usage: new Map([['a', usage()]]), containers }, 0)
  expect(lines).toEqual(['restarts web-1: 0', 'cpu web-1: 10', 'memory web-1: 1048576', 'restarts web-2: 0'])
})

test('each answer of a probe is taken once, and one that did not come has no time', () => {
  const taker = new FigureTaker()
  const asked = (change: Partial<AskedProbe>) => ({ probes: new Map([['status', probe(change)]]) })
  expect(take(taker, asked({}), 0)).toEqual(['response-by-probe Status: 12'])
  expect(take(taker, asked({}), 15)).toEqual([])
  expect(take(taker, asked({ checkedAt: '2', durationMs: null }), 30)).toEqual([])
  expect(take(taker, asked({ checkedAt: '3', durationMs: 20 }), 45)).toEqual(['response-by-probe Status: 20'])
})

test("a runbook's figures are taken as they are, and its counters as rates", () => {
  const taker = new FigureTaker()
  const asked = (checkedAt: string, done: number) => {
    const jobs = { title: 'Jobs', unit: 'per-second', label: 'mail' } as const
    const figures = [
      { ...jobs, id: 'done', value: done, isCounter: true },
      { ...jobs, id: 'waiting', value: 7, isCounter: false },
    ]
    return { probes: new Map([['metrics', probe({ id: 'metrics', durationMs: null, checkedAt, figures })]]) }
  }
  expect(take(taker, asked('1', 100), 0)).toEqual(['metric-waiting mail: 7'])
  expect(take(taker, asked('2', 160), 30)).toEqual(['metric-done mail: 2', 'metric-waiting mail: 7'])
  expect(take(taker, asked('3', 5), 60)).toEqual(['metric-waiting mail: 7'])
  expect(take(taker, asked('4', 65), 90)).toEqual(['metric-done mail: 2', 'metric-waiting mail: 7'])
})

test('the disk is taken when it was measured anew', () => {
  const taker = new FigureTaker()
  const disk = { path: '/data', freeBytes: 10, totalBytes: 100 }
  expect(take(taker, { disk }, 0)).toEqual(['disk-free /data: 10', 'disk-total /data: 100'])
  expect(take(taker, { disk }, 15)).toEqual([])
  expect(take(taker, { disk: { ...disk, freeBytes: 9 } }, 300)).toHaveLength(2)
})
