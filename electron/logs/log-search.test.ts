import { afterAll, afterEach, expect, test } from 'vitest'
import { type LogFilter, type LogRow, logFilterSchema } from '../../shared/contract/logs.ts'
import type { LogBatch } from './log-batch.ts'
import { LogSearch } from './log-search.ts'
import type { LogSource, WindowOptions } from './log-source.ts'
import type { LogStoreClient } from './log-store-client.ts'
import { LogThread } from './log-thread.ts'
import type { StoreViewState } from './store/messages.ts'
import { sampleBatch } from './store/sample-batch.ts'

const T0 = Date.parse('2026-11-21T20:00:00Z')
const OLD = 40

const thread = new LogThread((error) => {
  throw error
})
afterAll(() => thread.dispose())

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const toNs = (ms: number) => BigInt(ms) * 1_000_000n
let store: LogStoreClient
afterEach(() => store.close())

const lineAt = (n: number) => [T0 + n * 10, `old ${n}`] as const

test('a search that was cancelled within a stretch goes on in it, and finds each line once', async () => {
  store = thread.open({ limitBytes: 1024 * 1024 })
  let view: StoreViewState | null = null
  store.onView = (state) => {
    view = state
  }
  await store.ask({ kind: 'open-view', viewId: 'v', filter: logFilterSchema.parse({ text: 'old' }) })
  await store.add(sampleBatch('web', [[T0 + 1_000, 'old, and held']]))
  let afterFirst = () => {}
  const source: LogSource = {
    async *tail() {},
    async *readWindow(_, signal): AsyncGenerator<LogBatch> {
      yield sampleBatch(
        'web',
        Array.from({ length: OLD / 2 }, (_line, n) => lineAt(n)),
      )
      afterFirst()
      signal.throwIfAborted()
      yield sampleBatch(
        'web',
        Array.from({ length: OLD / 2 }, (_line, n) => lineAt(OLD / 2 + n)),
      )
    },
    oldestTime: () => Promise.resolve(BigInt(T0) * 1_000_000n),
  }
  const search = new LogSearch({ viewId: 'v', log: { store, tail: { source } }, onChange: () => {} })
  const ends = () => expect.poll(() => search.state?.state).not.toBe('running')

  afterFirst = () => search.cancel()
  search.start()
  await ends()
  expect(search.state).toMatchObject({ state: 'cancelled', lookedBackTo: null, foundLines: OLD / 2 })

  afterFirst = () => {}
  search.start()
  await ends()
  expect(search.state).toMatchObject({ state: 'exhausted', foundLines: OLD })
  await store.ask({ kind: 'tell-states' })
  expect(view).toMatchObject({ count: OLD + 1 })
})

/** A host with the given lines of one service, of which the newest is held, and how it was searched. */
async function searched(lines: readonly (readonly [number, string])[], filter: Partial<LogFilter> = {}) {
  store = thread.open({ limitBytes: 1024 * 1024 })
  let view: StoreViewState | null = null
  store.onView = (state) => {
    view = state
  }
  await store.ask({ kind: 'open-view', viewId: 'v', filter: logFilterSchema.parse(filter) })
  await store.add(sampleBatch('web', lines.slice(-1)))
  const windows: WindowOptions[] = []
  const source: LogSource = {
    async *tail() {},
    async *readWindow(options): AsyncGenerator<LogBatch> {
      windows.push(options)
      const { sinceNs, untilNs } = options
      for (const line of lines) {
        if (toNs(line[0]) >= (sinceNs ?? 0n) && toNs(line[0]) <= (untilNs ?? 0n)) yield sampleBatch('web', [line])
      }
    },
    oldestTime: () => Promise.resolve(toNs(lines[0]?.[0] ?? 0)),
  }
  const search = new LogSearch({ viewId: 'v', log: { store, tail: { source } }, onChange: () => {} })
  return {
    search,
    windows,
    ends: () => expect.poll(() => search.state?.state, { timeout: 15_000 }).not.toBe('running'),
    async rows(): Promise<LogRow[]> {
      await store.ask({ kind: 'tell-states' })
      const { revision, firstPlace, count } = view as unknown as StoreViewState
      return (await store.ask({ kind: 'rows', viewId: 'v', revision, from: firstPlace, count })).rows
    },
  }
}

/** A line every minute of a day, the last one held. */
const DAY = Array.from({ length: 24 * 60 }, (_, n) => [T0 + n * 60 * SECOND, `minute ${n}`] as const)

test('a moment is looked for with reads around it, and a row says what lies between it and what is held', async () => {
  const { search, windows, ends, rows } = await searched(DAY)
  const at = T0 + 2 * HOUR
  search.seek(new Date(at).toISOString())
  await ends()
  expect(search.state).toMatchObject({ state: 'found', at: new Date(at).toISOString(), lookedBackTo: null })
  for (const { sinceNs, untilNs } of windows) {
    expect(sinceNs).toBeGreaterThanOrEqual(toNs(at - 6 * HOUR))
    expect(untilNs).toBeLessThanOrEqual(toNs(at + 6 * HOUR))
  }
  expect(search.state?.readLines).toBeLessThan(DAY.length / 2)
  const found = await rows()
  expect(found.map(({ message }) => message)).toContain('minute 120')
  expect(found.map(({ kind }) => kind).slice(-3)).toEqual(['line', 'gap', 'line'])
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)

  // What a search backwards finds takes its place: nothing is shown twice, and nothing is left out without a word.
  search.start()
  await ends()
  const back = await rows()
  const numbers = back.map(({ message }) => Number(message.slice('minute '.length)))
  expect(numbers).toEqual(Array.from(numbers, (_, n) => (numbers[0] ?? 0) + n))
  expect(numbers.at(-1)).toBe(DAY.length - 1)
})

test('a moment that is older than all that the host has is not called found, nor one whose search was cancelled', async () => {
  const { search, ends, rows } = await searched(DAY)
  search.seek(new Date(T0 - HOUR).toISOString())
  await ends()
  expect(search.state).toMatchObject({ state: 'exhausted', foundLines: 0 })
  search.seek(new Date(T0 + HOUR).toISOString())
  search.cancel()
  await ends()
  expect(search.state).toMatchObject({ state: 'cancelled' })
  expect((await rows()).map(({ message }) => message)).toEqual(['minute 1439'])
})

test('a search reads no more than the time range and the services of the filter', async () => {
  const [from, to] = [T0 + HOUR, T0 + 2 * HOUR]
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const { search, windows, ends, rows } = await searched(DAY, { ...range, services: ['web'] })
  search.start()
  await ends()
  expect(search.state).toMatchObject({ state: 'exhausted', readLines: 61, foundLines: 61 })
  for (const { services, sinceNs, untilNs } of windows) {
    expect(services).toEqual(['web'])
    expect(sinceNs).toBeGreaterThanOrEqual(toNs(from))
    expect(untilNs).toBeLessThanOrEqual(toNs(to))
  }
  expect(await rows()).toHaveLength(61)
})

test('a search that found as much as there is room for says so, and does not begin again', async () => {
  const large = Array.from({ length: 40 }, (_, n) => [T0 + n * SECOND, 'x'.repeat(1024 * 1024)] as const)
  const { search, windows, ends, rows } = await searched([...large, [T0 + 50 * SECOND, 'held']])
  search.start()
  await ends()
  expect(search.state?.state).toBe('full')
  expect(search.state?.foundLines).toBeLessThan(large.length)
  expect((await rows()).map(({ kind }) => kind)).toContain('gap')
  const reads = windows.length
  search.start()
  expect(search.state?.state).toBe('full')
  expect(windows).toHaveLength(reads)
})
