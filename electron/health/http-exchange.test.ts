import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ExchangeError, exchange, MAX_BODY_BYTES } from './http-exchange.ts'
import type { HttpMessage } from './http-message.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const serve = (answer: RequestListener) => listen(createHttpServer(answer))
const serveRaw = (answer: (socket: Socket) => void) => listen(createServer(answer))

function ask(port: number, message: Partial<HttpMessage> = {}, timeoutMs = 5_000, signal?: AbortSignal) {
  const whole = { method: 'GET', path: '/health', tls: false, headers: { Host: 'app.example' }, body: null, ...message }
  return exchange(() => connect(port, '127.0.0.1'), whole, { timeoutMs, signal })
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof ExchangeError ? `${error.failure}: ${error.message}` : String(error)
}

test('an answer is read with its status, headers and body', async () => {
  const port = await serve((_request, response) => {
    response.writeHead(503, { 'Retry-After': '1', 'Set-Cookie': ['a=1', 'b=2'] }).end('{"status":"starting"}')
  })
  const answer = await ask(port)
  expect(answer).toMatchObject({ status: 503, body: '{"status":"starting"}', truncated: false })
  expect(answer.headers).toMatchObject({ 'retry-after': '1', 'set-cookie': 'a=1, b=2' })
})

test('method, path, headers and body arrive as they were given', async () => {
  const port = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      response.end(
        JSON.stringify({
          method,
          url,
          host: headers.host,
          key: headers['x-api-key'],
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
  })
  const headers = { Host: 'app.example', 'X-API-Key': 's3cret' }
  const { body } = await ask(port, { method: 'POST', path: '/api?x=1', headers, body: '{"a":"ä"}' })
  expect(JSON.parse(body)).toEqual({
    method: 'POST',
    url: '/api?x=1',
    host: 'app.example',
    key: 's3cret',
    body: '{"a":"ä"}',
  })
})

test('many answers in a row never look like a connection that was closed', async () => {
  const port = await serve((_request, response) => response.end('ok'))
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(port)))
  expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['ok']))
})

test('a huge body is cut, and says so', async () => {
  const port = await serve((_request, response) => {
    response.on('error', () => {})
    const write = () => {
      if (response.destroyed) return
      response.write('x'.repeat(64 * 1024), () => setImmediate(write))
    }
    write()
  })
  const answer = await ask(port)
  expect(answer.truncated).toBe(true)
  expect(answer.body).toHaveLength(MAX_BODY_BYTES)
})

describe('without an answer the reason is told', () => {
  test('nobody listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    servers.length = 0
    expect(await failureOf(ask(port))).toBe('refused: Nobody listens there: the connection was refused.')
  })

  test('it hangs', async () => {
    const port = await serveRaw(() => {})
    expect(await failureOf(ask(port, {}, 100))).toBe('timeout: No whole answer within 0.1 s.')
  })

  test('it trickles', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(timer))
    })
    expect(await failureOf(ask(port, {}, 150))).toBe('timeout: No whole answer within 0.15 s.')
  })

  test('it hangs up', async () => {
    const port = await serveRaw((socket) => socket.on('data', () => socket.end()))
    expect(await failureOf(ask(port))).toMatch(/^cut: /)
  })

  test('it is cut in the middle of the body', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'
    const port = await serveRaw((socket) => socket.on('data', () => socket.end(head)))
    expect(await failureOf(ask(port))).toMatch(/^cut: /)
  })

  test('it speaks another protocol', async () => {
    const port = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
    expect(await failureOf(ask(port))).toMatch(/^not-http: /)
  })

  test('TLS is asked of a plain server', async () => {
    const port = await serve((_request, response) => response.end('ok'))
    expect(await failureOf(ask(port, { tls: true }))).toMatch(/^(not-http|cut): /)
  })
})

test.each<[string, Partial<HttpMessage>]>([
  ['a path with a space', { path: '/a b' }],
  ['a header with a line break', { headers: { Host: 'app.example', 'X-API-Key': 'one\ntwo' } }],
  ['the same over TLS', { headers: { Host: 'app.example', 'X-API-Key': 'one€' }, tls: true }],
])('%s cannot be sent, and leaves no socket open', async (_name, message) => {
  const port = await serveRaw(() => {})
  const opened: Socket[] = []
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    opened.push(socket)
    return socket
  }
  const whole = { method: 'GET', path: '/', tls: false, headers: {}, body: null, ...message }
  await expect(exchange(open, whole, { timeoutMs: 5_000 })).rejects.toThrow(TypeError)
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([true])
})

test('an abort ends it at once with the reason of the signal', async () => {
  const port = await serveRaw(() => {})
  const controller = new AbortController()
  const asked = failureOf(ask(port, {}, 60_000, controller.signal))
  controller.abort(new Error('nobody waits'))
  expect(await asked).toBe('Error: nobody waits')
})

test('every socket is closed afterwards', async () => {
  const port = await serve((_request, response) => response.end('ok'))
  await ask(port)
  await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true)
})
