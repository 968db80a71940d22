import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startWebServer, type WebServer } from './web-server.ts'

const pageFolder = mkdtempSync(join(tmpdir(), 'page-'))
const PAGE = '<!doctype html><p>the page</p>'
let server: WebServer
let connections = 0

beforeAll(async () => {
  writeFileSync(join(pageFolder, 'index.html'), PAGE)
  server = await startWebServer({
    port: 0,
    pageFolder,
    onConnection: (socket) => {
      connections += 1
      socket.on('message', (data) => socket.send(`echo ${data}`))
    },
  })
})
afterAll(async () => {
  await server.close()
  rmSync(pageFolder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** `fetch` does not let a caller set `Host`, `Origin` or `Cookie`, and an attacker can. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server.origin), { method, headers }, async (response) => {
      const body = (await Array.fromAsync(response)).join('')
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
    sent.on('error', reject).end()
  })
}

function linkPath(): string {
  const url = new URL(server.createLink())
  return url.pathname + url.search
}

async function signIn(): Promise<string> {
  const { headers } = await get(linkPath())
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** 'open', or the status with which the upgrade was refused. */
function connect(path: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(server.origin.replace('http', 'ws') + path, { headers })
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('error', (error) => resolve(error.message))
  })
}

test('a link signs in once: a strict cookie, and the token leaves the address bar', async () => {
  const link = linkPath()
  const first = await get(link)
  expect(first).toMatchObject({ status: 303, headers: { location: '/' } })
  expect(first.headers['set-cookie']?.[0]).toMatch(/^session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const again = await get(link)
  expect(again.status).toBe(401)
  expect(again.headers['set-cookie']).toBeUndefined()
})

test('the signed-in browser gets the page, also on the address of a screen', async () => {
  const cookie = await signIn()
  expect(await get('/', { cookie })).toMatchObject({ status: 200, body: PAGE })
  expect(await get('/hosts/a', { cookie })).toMatchObject({ status: 200, body: PAGE })
  expect(await get('/missing.js', { cookie })).toMatchObject({ status: 404 })
})

test.each(['/', '/index.html', '/?token=', '/?token=guess', '/hosts/a'])(
  'without a session %s gives nothing',
  async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(401)
    expect(answer.body).not.toContain('the page')
  },
)

test('the link of one browser does not serve another: HEAD does not use it up, GET does', async () => {
  const link = linkPath()
  expect((await get(link, {}, 'HEAD')).status).toBe(401)
  expect((await get(link)).status).toBe(303)
})

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.evil.example:PORT',
  '[::1]:PORT',
  '0.0.0.0:PORT',
])('a request that names the host %s is refused, signed in or not', async (host) => {
  const cookie = await signIn()
  const answer = await get('/', { cookie, host: host.replace('PORT', new URL(server.origin).port) })
  expect(answer.status).toBe(403)
  expect(answer.body).not.toContain('the page')
})

test.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost:PORT'])(
  'a request from a page of %s is refused even with the cookie',
  async (origin) => {
    const cookie = await signIn()
    const from = origin.replace('PORT', new URL(server.origin).port)
    expect((await get('/', { cookie, origin: from })).status).toBe(403)
    expect(await connect('/rpc', { cookie, origin: from })).toContain('403')
  },
)

test.each(['cross-site', 'same-site'])(
  'a file asked for by a %s page is refused even with the cookie',
  async (site) => {
    const cookie = await signIn()
    expect((await get('/', { cookie, 'sec-fetch-site': site })).status).toBe(403)
    expect((await get('/', { cookie, 'sec-fetch-site': 'none' })).status).toBe(200)
  },
)

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
  const cookie = await signIn()
  expect((await get('/', { cookie }, method)).status).toBe(405)
})

test('the live connection opens for the signed-in page only', async () => {
  const cookie = await signIn()
  const origin = server.origin
  const before = connections
  expect(await connect('/rpc', { origin })).toContain('403')
  expect(await connect('/rpc', { cookie })).toContain('403')
  expect(await connect('/other', { cookie, origin })).toContain('403')
  expect(await connect('/rpc', { cookie, origin, host: 'evil.example' })).toContain('403')
  expect(await connect('/rpc', { cookie: `${cookie}x`, origin })).toContain('403')
  expect(connections).toBe(before)
  expect(await connect('/rpc', { cookie, origin })).toBe('open')
})

test('every answer carries the policy: no foreign source, no inline script, no frame', async () => {
  const cookie = await signIn()
  for (const headers of [{ cookie }, {}]) {
    const answer = await get('/', headers)
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ws://${new URL(server.origin).host};`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.replace("style-src 'self' 'unsafe-inline'", '')).not.toMatch(/unsafe|\*|https?:/)
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('it listens on loopback only', async () => {
  const { port } = new URL(server.origin)
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const host of ['127.0.0.2', ...outside.map(({ address }) => address)]) {
    const refused = new Promise((resolve) => {
      const socket = connectTcp({ host, port: Number(port), timeout: 2000 })
      socket.on('connect', () => resolve('connected')).on('timeout', () => resolve('refused'))
      socket.on('error', () => resolve('refused')).on('close', () => socket.destroy())
    })
    expect([host, await refused]).toEqual([host, 'refused'])
  }
})

test('closing ends open connections and frees the port', async () => {
  const other = await startWebServer({ port: 0, pageFolder, onConnection: () => {} })
  const { port } = new URL(other.origin)
  await other.close()
  const next = await startWebServer({ port: Number(port), pageFolder, onConnection: () => {} })
  expect(new URL(next.origin).port).toBe(port)
  await next.close()
})
