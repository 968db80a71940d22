import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { isAskedByOtherPage, isOwnHost, isOwnOrigin } from './own-origin.ts'
import { securityHeaders } from './security-headers.ts'
import { SignIn } from './sign-in.ts'
import { readStaticFile } from './static-files.ts'

/** More than any request of the contract; a larger message is a mistake or an attack. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024
const LOOPBACK = '127.0.0.1'

export interface WebServerOptions {
  /** 0: any free port. */
  readonly port: number
  /** Folder of the built page. */
  readonly pageFolder: string
  /** Called with each signed-in page's connection. */
  readonly onConnection: (socket: WebSocket) => void
  readonly signIn?: SignIn
}

export interface WebServer {
  readonly origin: string
  /** A fresh link that signs one browser in, once. */
  createLink(): string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const text = (status: number, body: string): Answer => ({
  status,
  body: `${body}\n`,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
})

const SIGN_IN_NEEDED = text(
  401,
  'This link was used already, has expired, or is not complete.\nGo back to the terminal where the app runs and press Enter for a new link.',
)

function cookieValue(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

/**
 * Serves the page and its live connection on a loopback port. Every request and upgrade must name this
 * server as its `Host` (DNS rebinding), must not come from another page (`Origin`), and must carry the session
 * that a one-time link was exchanged for.
 */
class LoopbackServer implements WebServer {
  readonly #options: WebServerOptions
  readonly #signIn: SignIn
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  #port = 0

  constructor(options: WebServerOptions) {
    this.#options = options
    this.#signIn = options.signIn ?? new SignIn()
    this.#http = createServer((request, response) => void this.#respond(request, response))
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(this.#options.port, LOOPBACK, resolve)
    })
    this.#port = (this.#http.address() as AddressInfo).port
  }

  get origin(): string {
    return `http://${LOOPBACK}:${this.#port}`
  }

  createLink(): string {
    return `${this.origin}/?token=${this.#signIn.createToken()}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()))
    this.#http.closeAllConnections()
    await closed
  }

  /** Cookies are shared by all ports of an address, so the name carries the port. */
  get #cookieName(): string {
    return `session-${this.#port}`
  }

  #isSignedIn(request: IncomingMessage): boolean {
    return this.#signIn.isSession(cookieValue(request, this.#cookieName))
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch(() => text(500, 'The page could not be read.'))
    const { host } = request.headers
    const policy = securityHeaders({ webSocketOrigin: isOwnHost(host, this.#port) ? `ws://${host}` : null })
    response.writeHead(answer.status, { ...policy, ...answer.headers })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { host, origin } = request.headers
    if (!isOwnHost(host, this.#port)) return text(403, 'Wrong host.')
    if (origin !== undefined && !isOwnOrigin(origin, host)) return text(403, 'Wrong origin.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Only GET.')
    const url = new URL(request.url ?? '/', `http://${host}`)
    const token = url.searchParams.get('token')
    if (token !== null) return this.#exchange(token, request)
    if (isAskedByOtherPage(request.headers['sec-fetch-site']?.toString())) return text(403, 'Wrong page.')
    if (!this.#isSignedIn(request)) return SIGN_IN_NEEDED
    const file = await readStaticFile(this.#options.pageFolder, url.pathname)
    if (file === null) return text(404, 'Not found.')
    return {
      status: 200,
      body: file.body,
      headers: { 'Content-Type': file.contentType, 'Cache-Control': file.cacheControl },
    }
  }

  #exchange(token: string, request: IncomingMessage): Answer {
    const redirect = { Location: '/', 'Cache-Control': 'no-store' }
    const session = request.method === 'GET' ? this.#signIn.exchange(token) : null
    // The same browser opening its link again is no reason to lock it out.
    if (session === null) return this.#isSignedIn(request) ? { status: 303, headers: redirect } : SIGN_IN_NEEDED
    const cookie = `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`
    return { status: 303, headers: { ...redirect, 'Set-Cookie': cookie } }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // From here on the socket is ours: without a listener its reset would end the process.
    socket.on('error', () => {})
    const { host, origin } = request.headers
    const allowed =
      request.url === '/rpc' && isOwnHost(host, this.#port) && isOwnOrigin(origin, host) && this.#isSignedIn(request)
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A broken frame closes the connection by itself; without a listener it would end the process.
      webSocket.on('error', () => {})
      this.#options.onConnection(webSocket)
    })
  }
}

/** Starts to listen. Rejects when the port is taken. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const server = new LoopbackServer(options)
  await server.listen()
  return server
}
