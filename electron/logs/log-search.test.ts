import { afterAll, expect, test } from 'vitest'
import { logFilterSchema } from '../../shared/contract/logs.ts'
import type { LogBatch } from './log-batch.ts'
import { LogSearch } from './log-search.ts'
import type { LogSource } from './log-source.ts'
import { LogThread } from './log-thread.ts'
import type { StoreViewState } from './store/messages.ts'
import { sampleBatch } from './store/sample-batch.ts'

const T0 = Date.parse('2026-11-21T20:00:00Z')
const OLD = 40

const thread = new LogThread((error) => {
  throw error
})
afterAll(() => thread.dispose())

const lineAt = (n: number) => [T0 + n * 10, `old ${n}`] as const

test('a search that was cancelled within a stretch goes on in it, and finds each line once', async () => {
  const store = thread.open({ limitBytes: 1024 * 1024 })
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
  store.close()
})
