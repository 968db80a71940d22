import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { chunksOf, fetchAnswer, HttpTimeout, openStream } from './http-client.ts'
import { HttpSockets } from './http-sockets.ts'

const CALL = { method: 'GET', path: '/x', host: 'docker', timeoutMs: 10_000 } as const
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

let server: Server
const served = new Set<Socket>()
/** Requests that have come, each with its socket; tests answer them. */
let requests: { readonly path: string; readonly socket: Socket }[] = []

beforeEach(async () => {
  server = createServer((socket) => {
    served.add(socket.on('error', () => {}).on('close', () => served.delete(socket)))
    socket.on('data', (data) => requests.push({ path: String(data).split(' ')[1] ?? '', socket }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterEach(() => {
  for (const socket of served) socket.destroy()
  requests = []
  server.close()
})

const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1')

it('a call that waits for a place keeps its deadline, is never sent, and takes no place', async () => {
  const sockets = new HttpSockets(open, true)
  const busy = [fetchAnswer(sockets, CALL), fetchAnswer(sockets, CALL)]
  await expect.poll(() => requests.length).toBe(2)
  const late = fetchAnswer(sockets, { ...CALL, path: '/late', timeoutMs: 30 })
  await expect(late).rejects.toMatchObject({ cause: expect.any(HttpTimeout), stale: false })
  const next = fetchAnswer(sockets, { ...CALL, path: '/next' })
  for (const { socket } of requests.splice(0)) socket.write(OK)
  await Promise.all(busy)
  await expect.poll(() => requests.map(({ path }) => path)).toEqual(['/next'])
  requests[0]?.socket.write(OK)
  expect((await next).status).toBe(200)
})

it('what is given back twice is not lent twice', async () => {
  const sockets = new HttpSockets(open, false)
  const first = await sockets.lend()
  first.giveBack(true)
  const second = await sockets.lend()
  first.giveBack(true)
  first.giveBack(false)
  expect([sockets.idle, second.socket.destroyed, (await sockets.lend()).socket === second.socket]).toEqual([
    0,
    false,
    false,
  ])
  sockets.retire()
})

it('a place is not lost where no socket can be made', async () => {
  let isBroken = true
  const sockets = new HttpSockets(() => {
    if (isBroken) throw new Error('no socket')
    return open()
  }, true)
  for (let count = 0; count < 3; count++) await expect(fetchAnswer(sockets, CALL)).rejects.toThrow('no socket')
  await expect(openStream(sockets, CALL)).rejects.toThrow('no socket')
  isBroken = false
  const call = fetchAnswer(sockets, CALL)
  await expect.poll(() => requests.length).toBe(1)
  requests[0]?.socket.write(OK)
  expect((await call).status).toBe(200)
})

it('where one kept socket was found dead, the others are not tried', async () => {
  const sockets = new HttpSockets(open, false)
  const both = [fetchAnswer(sockets, CALL), fetchAnswer(sockets, CALL)]
  await expect.poll(() => requests.length).toBe(2)
  for (const { socket } of requests.splice(0)) socket.write(OK)
  await Promise.all(both)
  expect(sockets.idle).toBe(2)
  const call = fetchAnswer(sockets, CALL)
  await expect.poll(() => requests.length).toBe(1)
  requests.splice(0)[0]?.socket.destroy()
  await expect(call).rejects.toMatchObject({ stale: true })
  expect(sockets.idle).toBe(0)
})

it('the socket that was used last is used first', async () => {
  const sockets = new HttpSockets(open, false)
  const both = [fetchAnswer(sockets, CALL), fetchAnswer(sockets, CALL)]
  await expect.poll(() => requests.length).toBe(2)
  const [first, second] = requests.splice(0)
  second?.socket.write(OK)
  await both[1]
  first?.socket.write(OK)
  await both[0]
  const third = fetchAnswer(sockets, CALL)
  await expect.poll(() => requests[0]?.socket).toBe(first?.socket)
  first?.socket.write(OK)
  await third
})

it('an idle socket that speaks unasked is closed, for its next answer could be another’s', async () => {
  const sockets = new HttpSockets(open, false)
  const call = fetchAnswer(sockets, CALL)
  await expect.poll(() => requests.length).toBe(1)
  requests[0]?.socket.write(OK)
  await call
  expect(sockets.idle).toBe(1)
  requests[0]?.socket.write(OK)
  await expect.poll(() => [sockets.idle, served.size]).toEqual([0, 0])
})

it('when it is retired, idle sockets close, and what is under way finishes and is not kept', async () => {
  const sockets = new HttpSockets(open, false)
  const done = fetchAnswer(sockets, CALL)
  const underWay = fetchAnswer(sockets, CALL)
  await expect.poll(() => requests.length).toBe(2)
  const [first, second] = requests
  first?.socket.write(OK)
  await done
  sockets.retire()
  await expect.poll(() => served.size).toBe(1)
  second?.socket.write(OK)
  expect(String((await underWay).body)).toBe('ok')
  await expect.poll(() => [sockets.idle, served.size]).toEqual([0, 0])
})

it('a streamed answer takes no place of a call, and keeps its server waiting while nobody reads', async () => {
  const sockets = new HttpSockets(open, true)
  const opening = Promise.all(Array.from({ length: 3 }, () => openStream(sockets, CALL)))
  await expect.poll(() => requests.length).toBe(3)
  for (const { socket } of requests) socket.write('HTTP/1.1 200 OK\r\n\r\n')
  const [stream, ...others] = await opening
  for (const other of others) other.close()
  const [served] = requests
  const total = 64 * 1024 * 1024
  served?.socket.end(Buffer.alloc(total, 'x'))
  const chunks = chunksOf(stream as NonNullable<typeof stream>)[Symbol.asyncIterator]()
  let read = (await chunks.next()).value?.length ?? 0
  // What the two sides' buffers take is far below the whole.
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(served?.socket.writableLength).toBeGreaterThan(total / 2)
  for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) read += chunk.length
  expect(read).toBe(total)
})
