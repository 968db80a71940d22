import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { Transport } from './connection.ts'

/** The message with which the preload hands its port over. */
const PORT_MESSAGE = 'slipway:port'
/** A loopback upgrade takes milliseconds; without a limit a half-open one would hang for ever. */
const SOCKET_OPEN_LIMIT_MS = 5000

/** The port may arrive before the page asks for it, so listening begins with the module. */
const arrivedPorts: MessagePort[] = []
const waiting: ((port: MessagePort) => void)[] = []

window.addEventListener('message', (event) => {
  const port = event.ports[0]
  if (event.source !== window || event.data !== PORT_MESSAGE || port === undefined) return
  const next = waiting.shift()
  if (next) next(port)
  else arrivedPorts.push(port)
})

function nextPort(): Promise<MessagePort> {
  const port = arrivedPorts.shift()
  return port ? Promise.resolve(port) : new Promise((resolve) => waiting.push(resolve))
}

/** The window's way: the port that the preload hands over. */
export async function openMessagePort(): Promise<Transport> {
  const port = await nextPort()
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()))
  const link = new PortLink({ port })
  port.start()
  return { link, closed }
}

/** The browser's way: a WebSocket on the page's own origin; the cookie says who we are. */
export async function openWebSocket(): Promise<Transport> {
  const url = new URL('/rpc', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const websocket = new WebSocket(url)
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => websocket.close(), SOCKET_OPEN_LIMIT_MS)
    websocket.addEventListener('open', () => {
      clearTimeout(limit)
      resolve()
    })
    websocket.addEventListener('close', () => {
      clearTimeout(limit)
      reject(new Error('The WebSocket was refused'))
    })
  })
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve()))
  return { link: new SocketLink({ websocket }), closed }
}

/** The page of the browser entry comes over http; Electron's comes over a protocol of its own. */
export function isBrowserEntry(): boolean {
  return window.location.protocol === 'http:' || window.location.protocol === 'https:'
}
