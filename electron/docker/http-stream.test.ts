import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpCall, HttpFailure, HttpTimeout, openStream, readRest } from './http-client.ts'
import { HttpSockets } from './http-sockets.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n'

/** Answers each connection with the text that its request's path names, piece by piece; then ends, or stays. */
const ANSWERS: Readonly<
  Record<string, { readonly pieces: readonly string[]; readonly ending: 'end' | 'reset' | 'stay' }>
> = {
  '/chunked': {
    pieces: [`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nab`, 'c\r\n2\r\nde\r\n0\r\n\r\n'],
    ending: 'stay',
  },
  '/slow-head': { pieces: ['HTTP/1.1 20', `0 OK\r\nContent-Length: 3\r\n\r`, '\nabc'], ending: 'stay' },
  '/until-end': { pieces: [`${OK}\r\nall`, ' of it'], ending: 'end' },
  '/error': { pieces: ['HTTP/1.1 501 No\r\nContent-Length: 17\r\n\r\n{"message":"why"}'], ending: 'stay' },
  '/error-cut': { pieces: ['HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\nhalf', ' of it'], ending: 'end' },
  '/error-silent': { pieces: ['HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\nhalf'], ending: 'stay' },
  '/error-endless': { pieces: ['HTTP/1.1 500 No\r\n\r\n', ...Array(64).fill('x'.repeat(16 * 1024))], ending: 'stay' },
  '/cut': { pieces: [`${OK}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`], ending: 'end' },
  '/cut-short': { pieces: [`${OK}Content-Length: 9\r\n\r\nabc`], ending: 'end' },
  '/reset': { pieces: [`${OK}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`], ending: 'reset' },
  '/nothing': { pieces: [], ending: 'end' },
  '/silent': { pieces: [], ending: 'stay' },
  '/follow': { pieces: [`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`], ending: 'stay' },
}

let server: Server
const sockets = new Set<Socket>()

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)))
    socket.once('data', (request) => void answer(socket, request.toString().split(' ')[1] ?? ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

async function answer(socket: Socket, path: string): Promise<void> {
  const { pieces, ending } = ANSWERS[path] ?? { pieces: [], ending: 'end' }
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (ending === 'end') socket.end()
  if (ending === 'reset') socket.resetAndDestroy()
}

function open(path: string, request: Partial<HttpCall> = {}) {
  const { port } = server.address() as { port: number }
  const sockets = new HttpSockets(() => connect(port, '127.0.0.1'), false)
  return openStream(sockets, { method: 'GET', host: 'docker', path, timeoutMs: 10_000, ...request })
}

async function readText(path: string, request?: Partial<HttpCall>): Promise<string> {
  const stream = await open(path, request)
  let text = ''
  await stream.read((source, start, end) => {
    text += source.toString('latin1', start, end)
  })
  return text
}

describe('an answer that is read from its socket', () => {
  it.for([
    ['/chunked', 'abcde'],
    ['/slow-head', 'abc'],
    ['/until-end', 'all of it'],
  ] as const)('%s is whole', async ([path, text]) => {
    expect(await readText(path)).toBe(text)
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('that is an error has its words', async () => {
    const stream = await open('/error')
    expect([stream.status, String(await readRest(stream, 10_000))]).toEqual([501, '{"message":"why"}'])
  })

  it.for([
    ['/error-cut', 10_000, 'half of it'],
    ['/error-silent', 50, 'half'],
  ] as const)('that is an error has as much of its words as comes in time: %s', async ([path, withinMs, text]) => {
    const stream = await open(path)
    expect(String(await readRest(stream, withinMs))).toBe(text)
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('that is an error without end is not read to it', async () => {
    const stream = await open('/error-endless')
    const words = await readRest(stream, 10_000)
    expect(words.length).toBeLessThan(1024 * 1024)
    await expect.poll(() => sockets.size).toBe(0)
  })

  it.for(['/cut', '/cut-short', '/reset', '/nothing'])('%s never looks like an end', async (path) => {
    await expect(readText(path)).rejects.toBeInstanceOf(HttpFailure)
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('has a deadline for its head', async () => {
    await expect(open('/silent', { timeoutMs: 20 })).rejects.toMatchObject({ cause: expect.any(HttpTimeout) })
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('ends at any time with its signal, for the reason that is given', async () => {
    const end = new AbortController()
    const stream = await open('/follow', { signal: end.signal })
    let text = ''
    const reading = stream.read((source, start, stop) => {
      text += source.toString('latin1', start, stop)
    })
    reading.catch(() => undefined)
    await expect.poll(() => text).toBe('abc')
    end.abort(new Error('enough'))
    await expect(reading).rejects.toMatchObject({ cause: expect.objectContaining({ message: 'enough' }) })
    await expect.poll(() => sockets.size).toBe(0)
    await expect(open('/follow', { signal: end.signal })).rejects.toThrow('enough')
  })
})
