import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Connection, ConnectionLostError, type Transport } from './connection.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function createTransport(answer: string): { transport: Transport; close: () => void } {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  return { transport: { link: { call: async () => answer }, closed }, close }
}

const call = (connection: Connection) => connection.call(['x'], undefined, { context: {} })

it('lets the first calls wait until the way is open', async () => {
  const { promise, resolve } = Promise.withResolvers<Transport>()
  const connection = new Connection(() => promise)
  const answer = call(connection)
  expect(connection.getState()).toEqual({ kind: 'connecting' })
  resolve(createTransport('one').transport)
  await expect(answer).resolves.toBe('one')
  expect(connection.getState()).toEqual({ kind: 'open' })
})

it('says that it is lost, refuses calls meanwhile, and comes back by itself', async () => {
  const first = createTransport('one')
  const attempts = [
    async () => first.transport,
    () => Promise.reject(new Error('refused')),
    async () => createTransport('two').transport,
  ]
  const connection = new Connection(() => attempts.shift()?.() ?? Promise.reject(new Error('no more')))
  const seen: string[] = []
  connection.subscribe(() => seen.push(connection.getState().kind))
  await vi.advanceTimersByTimeAsync(0)
  first.close()
  await vi.advanceTimersByTimeAsync(0)
  await expect(call(connection)).rejects.toThrow(ConnectionLostError)
  await vi.advanceTimersByTimeAsync(10_000)
  await expect(call(connection)).resolves.toBe('two')
  expect(seen).toEqual(['open', 'lost', 'lost', 'open'])
})
