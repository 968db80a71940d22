import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { chunksOf, fetchAnswer, HttpFailure, HttpFormError, HttpTimeout, openStream } from './http-client.ts'
import { HttpSockets } from './http-sockets.ts'

/** A server that does with each request just what a test says, byte by byte. */
let server: Server | undefined
let pool: HttpSockets | undefined
const served = new Set<Socket>()

async function serve(onRequest: (socket: Socket, count: number) => void): Promise<HttpSockets> {
  let count = 0
  server = createServer((socket) => {
    served.add(socket)
    socket.on('error', () => {}).on('data', () => onRequest(socket, ++count))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  pool = new HttpSockets(() => connect(port, '127.0.0.1'), false)
  return pool
}

function portOf(listening: Server | undefined): number {
  if (listening === undefined) throw new Error('not listening')
  return (listening.address() as AddressInfo).port
}

afterEach(() => {
  pool?.retire()
  for (const socket of served) socket.destroy()
  served.clear()
  server?.close()
})

const request = { method: 'GET', path: '/x', host: 'docker', timeoutMs: 10_000 } as const
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf'
const failure = (cause: unknown = expect.anything()) => expect.objectContaining({ cause })

describe('a request settles', () => {
  it('when it is answered', async () => {
    const sockets = await serve((socket) => socket.write(OK))
    expect((await fetchAnswer(sockets, request)).body.toString()).toBe('ok')
  })

  it.each<[string, (socket: Socket) => void]>([
    ['when the connection is closed before the answer', (socket) => socket.end()],
    ['when it is reset before the answer', (socket) => socket.resetAndDestroy()],
    ['when the body is cut by a clean end', (socket) => socket.end(HALF)],
    ['when the body is cut by a reset', (socket) => socket.write(HALF, () => socket.resetAndDestroy())],
    ['when the answer is no HTTP', (socket) => socket.end('SSH-2.0-x\r\n\r\n')],
  ])('%s', async (_name, onRequest) => {
    const sockets = await serve(onRequest)
    await expect(fetchAnswer(sockets, request)).rejects.toThrow(HttpFailure)
  })

  it.each([
    ['before the head', ''],
    ['inside the body', HALF],
  ])('when its deadline passes %s', async (_name, sent) => {
    const sockets = await serve((socket) => socket.write(sent))
    await expect(fetchAnswer(sockets, { ...request, timeoutMs: 50 })).rejects.toEqual(failure(expect.any(HttpTimeout)))
  })

  it.each([
    ['before the head', ''],
    ['inside the body', HALF],
  ])('when it is aborted %s, with the reason', async (_name, sent) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const sockets = await serve((socket) => socket.write(sent, () => controller.abort(reason)))
    await expect(fetchAnswer(sockets, { ...request, signal: controller.signal })).rejects.toEqual(failure(reason))
  })

  it('with the socket’s own error, not with “aborted”', async () => {
    const lost = new Error('the connection was lost')
    let client: Socket | undefined
    await serve((socket) => socket.write(HALF, () => client?.destroy(lost)))
    const port = portOf(server)
    const sockets = new HttpSockets(() => (client = connect(port, '127.0.0.1')), false)
    await expect(fetchAnswer(sockets, request)).rejects.toEqual(failure(lost))
  })
})

describe('a kept-alive socket', () => {
  it('is used again', async () => {
    const sockets = await serve((socket) => socket.write(OK))
    for (let count = 0; count < 3; count += 1) await fetchAnswer(sockets, request)
    expect(served.size).toBe(1)
  })

  it('leaves the pool when the other side ends it', async () => {
    const sockets = await serve((socket) => socket.write(OK))
    await fetchAnswer(sockets, request)
    expect(sockets.idle).toBe(1)
    for (const socket of served) socket.end()
    await expect.poll(() => sockets.idle).toBe(0)
    await expect(fetchAnswer(sockets, request)).resolves.toMatchObject({ status: 200 })
  })

  it('that dies under the next request is told apart, so that the request can be sent again', async () => {
    const sockets = await serve((socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()))
    await fetchAnswer(sockets, request)
    await expect(fetchAnswer(sockets, request)).rejects.toMatchObject({ stale: true })
    await expect(fetchAnswer(sockets, request)).rejects.toMatchObject({ stale: false })
  })
})

it('what a server sends beyond its answer is never taken for the next one', async () => {
  const sockets = await serve((socket, count) => socket.write(count === 1 ? `${OK}HTTP/1.1 500 Other` : OK))
  await fetchAnswer(sockets, request)
  await expect(fetchAnswer(sockets, request)).resolves.toMatchObject({ status: 200 })
  expect(sockets.idle).toBe(1)
})

it('what is no answer, on a socket that was kept, lets the request be sent again', async () => {
  const sockets = await serve((socket, count) => socket.write(count === 2 ? 'the rest of something' : OK))
  await fetchAnswer(sockets, request)
  await expect(fetchAnswer(sockets, request)).rejects.toMatchObject({ cause: expect.any(HttpFormError), stale: true })
  await expect(fetchAnswer(sockets, request)).resolves.toMatchObject({ status: 200 })
})

it('a request that cannot be sent takes no socket', async () => {
  const sockets = await serve((socket) => socket.write(OK))
  await expect(fetchAnswer(sockets, { ...request, path: '/a b' })).rejects.toThrow(HttpFailure)
  await expect(openStream(sockets, { ...request, path: '/a b' })).rejects.toThrow(HttpFailure)
  expect(served.size).toBe(0)
})

describe('a streamed answer', () => {
  it('never ends quietly when it is cut', async () => {
    const sockets = await serve((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'),
    )
    const chunks = chunksOf(await openStream(sockets, request))
    await expect(Array.fromAsync(chunks)).rejects.toThrow(HttpFailure)
  })

  it('ends where it is whole', async () => {
    const sockets = await serve((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n'),
    )
    const chunks = chunksOf(await openStream(sockets, request))
    expect(Buffer.concat(await Array.fromAsync(chunks)).toString()).toBe('ab')
  })

  it('closes its socket when the signal aborts, and says why', async () => {
    const controller = new AbortController()
    const sockets = await serve((socket) => socket.write(HALF))
    const chunks = chunksOf(await openStream(sockets, { ...request, signal: controller.signal }))
    const [socket] = served
    const reading = Array.fromAsync(chunks)
    const closed = once(socket as Socket, 'close')
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    await closed
  })

  it('closes its socket when its reader stops', async () => {
    const sockets = await serve((socket) => socket.write(HALF))
    const chunks = chunksOf(await openStream(sockets, request))
    const closed = once([...served][0] as Socket, 'close')
    for await (const _chunk of chunks) break
    await closed
  })
})

it('never opens more sockets for calls than it may, and sends the rest after them', async () => {
  const sockets = await serve((socket) => socket.write(OK))
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetchAnswer(sockets, request)))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(served.size).toBe(32)
})
