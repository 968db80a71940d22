import { expect, test } from 'vitest'
import { latestValues } from './latest-value.ts'

function source() {
  let push: (value: number) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const state = { stopped: 0 }
  const controller = new AbortController()
  const values = latestValues<number>((pushValue, failWith) => {
    push = pushValue
    fail = failWith
    return () => {
      state.stopped += 1
    }
  }, controller.signal)
  return { values, state, controller, push: (value: number) => push(value), fail: (error: unknown) => fail(error) }
}

test('a reader gets each value that it is there for', async () => {
  const { values, push } = source()
  const first = values.next()
  push(1)
  expect(await first).toEqual({ done: false, value: 1 })
  const second = values.next()
  push(2)
  expect(await second).toEqual({ done: false, value: 2 })
})

test('a slow reader gets the newest value only', async () => {
  const { values, push } = source()
  const first = values.next()
  push(1)
  await first
  push(2)
  push(3)
  expect(await values.next()).toEqual({ done: false, value: 3 })
})

test('an abort ends it while it waits, and stops the source once', async () => {
  const { values, controller, state } = source()
  const next = values.next()
  controller.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(state.stopped).toBe(1)
})

test('a reader that leaves stops the source', async () => {
  const { values, push, state } = source()
  const first = values.next()
  push(1)
  await first
  await values.return()
  expect(state.stopped).toBe(1)
})

test('a failure is thrown after the value before it was read', async () => {
  const { values, push, fail, state } = source()
  const first = values.next()
  push(1)
  fail(new Error('cut'))
  expect((await first).value).toBe(1)
  await expect(values.next()).rejects.toThrow('cut')
  expect(state.stopped).toBe(1)
})

test('nothing is started for a signal that is aborted already', async () => {
  const { values, controller, state } = source()
  controller.abort()
  expect((await values.next()).done).toBe(true)
  expect(state.stopped).toBe(0)
})
