import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { logFilterSchema } from '../../shared/contract/logs.ts'
import { LogStoreClient } from './log-store-client.ts'
import { LogThread } from './log-thread.ts'
import type { StoreViewState } from './store/messages.ts'
import { sampleBatch } from './store/sample-batch.ts'

const bugs: unknown[] = []
let thread = new LogThread((error) => bugs.push(error))

afterEach(async () => {
  await thread.dispose()
  bugs.length = 0
  thread = new LogThread((error) => bugs.push(error))
})

const filter = logFilterSchema.parse({})
const limitBytes = 1024 * 1024

test('lines that are handed over come back as rows, and the thread ends with its last store', async () => {
  const [store, other] = [thread.open({ limitBytes }), thread.open({ limitBytes })]
  let state: StoreViewState | null = null
  store.onView = (told) => {
    state = told
  }
  await store.ask({ kind: 'open-view', viewId: 'v', filter })
  const whole = sampleBatch('web', [
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
  ])
  const piece = { ...whole, bytes: Buffer.from(whole.bytes).subarray(0, 11), ends: whole.ends.subarray(0, 2) }
  await store.add({ ...piece, times: whole.times.subarray(0, 2), streams: whole.streams.subarray(0, 2) })
  await expect.poll(() => state?.count).toBe(2)
  const { revision, firstPlace: from } = state as unknown as StoreViewState
  const { rows } = await store.ask({ kind: 'rows', viewId: 'v', revision, from, count: 10 })
  expect(rows.map(({ message, service, time }) => [message, service, time])).toEqual([
    ['first', 'web', '1970-01-01T00:00:00.001000000Z'],
    ['second', 'web', '1970-01-01T00:00:00.002000000Z'],
  ])
  store.close()
  expect([thread.openStores, thread.isRunning]).toEqual([1, true])
  other.close()
  expect([thread.openStores, thread.isRunning]).toEqual([0, false])
})

test('a thread that ends by itself is told to its stores, and the next store begins another', async () => {
  const store = thread.open({ limitBytes })
  const failed = new Promise((resolve) => {
    store.onFailure = resolve
  })
  store.tell({ type: 'note', note: null as never })
  await failed
  await expect(store.ask({ kind: 'search-from', viewId: 'v', anew: false })).rejects.toMatchObject({
    code: 'log.store-failed',
  })
  expect(bugs).toHaveLength(1)
  expect(thread.openStores).toBe(0)
  const next = thread.open({ limitBytes })
  await expect(next.ask({ kind: 'search-from', viewId: 'v', anew: false })).rejects.toMatchObject({
    code: 'log.view-closed',
  })
})

test('who hands lines to a store that does not keep up waits, until it does or is closed', async () => {
  const { port1, port2 } = new MessageChannel()
  const store = new LogStoreClient(port1, () => {})
  const size = 1024 * 1024
  const batch = () => sampleBatch('web', [[1, 'x'.repeat(size)]])
  let added = 0
  const adding = (async () => {
    while (added < 1_000 && store.failure === null) {
      await store.add(batch())
      added += 1
    }
  })()
  await expect.poll(() => added).toBe(7)
  port2.postMessage({ type: 'taken', bytes: size })
  await expect.poll(() => added).toBe(8)
  store.close()
  await adding
  expect(added).toBe(9)
})
