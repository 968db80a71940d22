import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { ConnectionLostError } from './connection.ts'
import { Watch } from './watch.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const latest = (_previous: number | null, event: number) => event

/** A source whose iterators are pushed to by hand. */
function createSource() {
  const opened: { push: (event: number) => void; fail: (error: unknown) => void; signal: AbortSignal }[] = []
  const open = async (signal: AbortSignal) => {
    const queue: (() => Promise<number>)[] = []
    let wake: () => void = () => undefined
    const add = (next: () => Promise<number>) => {
      queue.push(next)
      wake()
    }
    opened.push({
      push: (event) => add(async () => event),
      fail: (error) => add(() => Promise.reject(error)),
      signal,
    })
    return (async function* () {
      for (;;) {
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const next = queue.shift()
        if (next) yield await next()
      }
    })()
  }
  return { open, opened }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

it('opens with the first who looks, is shared, and closes some time after the last has gone', async () => {
  const { open, opened } = createSource()
  const onClosed = vi.fn()
  const watch = new Watch({ open, reduce: latest }, onClosed)
  expect(opened).toHaveLength(0)
  const leaveFirst = watch.subscribe(() => undefined)
  const leaveSecond = watch.subscribe(() => undefined)
  await settle()
  expect(opened).toHaveLength(1)
  leaveFirst()
  leaveSecond()
  expect(opened[0]?.signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(5000)
  expect(opened[0]?.signal.aborted).toBe(true)
  expect(onClosed).toHaveBeenCalledOnce()
})

it('stays open for who comes back at once', async () => {
  const { open, opened } = createSource()
  const watch = new Watch({ open, reduce: latest }, () => undefined)
  watch.subscribe(() => undefined)()
  watch.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(opened).toHaveLength(1)
  expect(opened[0]?.signal.aborted).toBe(false)
})

it('keeps the last picture with the error, and opens again', async () => {
  const { open, opened } = createSource()
  const watch = new Watch({ open, reduce: latest }, () => undefined)
  watch.subscribe(() => undefined)
  await settle()
  opened[0]?.push(1)
  await settle()
  expect(watch.getState()).toEqual({ data: 1, error: null })
  const error = new SlipwayError('host.connection-lost', 'gone')
  opened[0]?.fail(error)
  await settle()
  expect(watch.getState().data).toBe(1)
  expect(watch.getState().error?.message).toContain(toErrorShape(error).message)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(opened).toHaveLength(2)
  opened[1]?.push(2)
  await settle()
  expect(watch.getState()).toEqual({ data: 2, error: null })
})

it('hears nothing more from an iterator that a restart has replaced', async () => {
  const { open, opened } = createSource()
  const watch = new Watch({ open, reduce: latest }, () => undefined)
  watch.subscribe(() => undefined)
  await settle()
  watch.restart()
  await settle()
  opened[1]?.push(2)
  await settle()
  opened[0]?.push(1)
  await settle()
  expect(watch.getState()).toEqual({ data: 2, error: null })
})

it('keeps quiet about a lost connection, which the banner tells', async () => {
  const { open, opened } = createSource()
  const watch = new Watch({ open, reduce: latest }, () => undefined)
  watch.subscribe(() => undefined)
  await settle()
  opened[0]?.push(1)
  await settle()
  opened[0]?.fail(new ConnectionLostError('gone'))
  await settle()
  expect(watch.getState()).toEqual({ data: 1, error: null })
})
