import { expect, test } from 'vitest'
import { endWithSignal } from './end-with-signal.ts'

test('values pass through and the end is the end of the source', async () => {
  async function* source() {
    yield 1
    yield 2
  }
  expect(await Array.fromAsync(endWithSignal(source(), undefined))).toEqual([1, 2])
})

test('an error of the source reaches the reader', async () => {
  // biome-ignore lint/correctness/useYield: the failure before the first value is the point.
  async function* source() {
    throw new Error('lost')
  }
  await expect(Array.fromAsync(endWithSignal(source(), undefined))).rejects.toThrow('lost')
})

test('abort ends a source that never answers, and tells it to return', async () => {
  const controller = new AbortController()
  let returned = false
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<number>>(() => {}),
      return: async () => {
        returned = true
        return { done: true, value: undefined }
      },
    }),
  }
  const all = Array.fromAsync(endWithSignal(source, controller.signal))
  controller.abort()
  expect(await all).toEqual([])
  expect(returned).toBe(true)
})

test('a reader that leaves early ends the source', async () => {
  let ended = false
  async function* source() {
    try {
      for (let value = 0; ; value++) yield value
    } finally {
      ended = true
    }
  }
  for await (const value of endWithSignal(source(), undefined)) if (value === 2) break
  expect(ended).toBe(true)
})
