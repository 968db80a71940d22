import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import { isSlipwayError } from '../../shared/errors.ts'
import type { HttpAnswer } from '../../shared/runbook/judge.ts'
import type { HttpMessage } from './http-message.ts'
import { type ExchangeLimits, withinLimits } from './within-limits.ts'

/** More of a body is not read: no health answer is near it, and a wrong address may send a film. */
export const MAX_BODY_BYTES = 64 * 1024

/** Why no answer came. `refused`: nobody listens; `lost`: the host or the way to it is gone, which says nothing of the service. */
export type ExchangeFailure = 'timeout' | 'refused' | 'cut' | 'not-http' | 'forbidden' | 'lost'

export class ExchangeError extends Error {
  readonly failure: ExchangeFailure

  constructor(failure: ExchangeFailure, message: string, cause?: unknown) {
    super(message, { cause })
    this.failure = failure
  }
}

/**
 * Sends one request over a socket of its own and reads the answer, all within the deadline, however slowly it
 * trickles in. Throws {@link ExchangeError}, or the signal's reason.
 */
export async function exchange(
  openSocket: () => Duplex,
  message: HttpMessage,
  limits: ExchangeLimits,
): Promise<HttpAnswer> {
  return withinLimits<HttpAnswer>(limits, timedOut, ({ resolve, reject }) => {
    const socket = openSocket()
    socket.on('error', (error: unknown) => reject(explain(error)))
    const outgoing = sendOrClose(socket, message)
    outgoing.on('error', (error: unknown) => reject(explain(error)))
    // Once the head of an answer is there, it is the answer that ends well or not.
    const onClose = () => reject(new ExchangeError('cut', 'The connection was closed without an answer.'))
    outgoing.on('close', onClose)
    outgoing.on('response', (incoming) => {
      outgoing.off('close', onClose)
      readAnswer(incoming).then(resolve, reject)
    })
    return () => {
      outgoing.destroy()
      socket.destroy()
    }
  })
}

/** A request that cannot be written, as with a line break in a header, must not leave its socket open. */
function sendOrClose(socket: Duplex, message: HttpMessage): ClientRequest {
  try {
    return send(socket, message)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Certificates are not checked: the address is one of the host's own, and a probe asks for health, not identity. */
function send(socket: Duplex, { method, path, headers, body, tls }: HttpMessage): ClientRequest {
  const length = body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const common = { method, path, headers: { ...headers, ...length, Connection: 'close' }, setHost: false }
  const servername = (headers.Host ?? '').replace(/:\d+$/, '')
  const named = /^[\d.]+$|[[\]:]/.test(servername) ? {} : { servername }
  const outgoing = tls
    ? httpsRequest({
        ...common,
        createConnection: () =>
          tlsConnect({ socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], ...named }),
      })
    : httpRequest({ ...common, createConnection: () => socket })
  outgoing.end(body ?? undefined)
  return outgoing
}

function readAnswer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  return new Promise((resolve, reject) => {
    const finish = (truncated: boolean) => {
      const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8')
      resolve({ status: incoming.statusCode ?? 0, headers: flatten(incoming), body, truncated })
    }
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > MAX_BODY_BYTES) finish(true)
    })
    incoming.on('end', () => finish(false))
    incoming.on('error', (error) => reject(explain(error)))
    incoming.on('close', () => reject(new ExchangeError('cut', 'The answer was cut short.')))
  })
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function timedOut(timeoutMs: number): ExchangeError {
  return new ExchangeError('timeout', `No whole answer within ${timeoutMs / 1000} s.`)
}

/** Errors of sockets and of Node's parser, by their codes. */
export function explain(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words = error instanceof Error ? error.message : String(error)
  if (code === 'ECONNREFUSED' || code === 'host.unreachable') {
    return new ExchangeError('refused', 'Nobody listens there: the connection was refused.', error)
  }
  if (code === 'host.forwarding-forbidden') return new ExchangeError('forbidden', words, error)
  if (isSlipwayError(error)) return new ExchangeError('lost', words, error)
  if (code.startsWith('HPE_') || code.startsWith('ERR_SSL')) {
    return new ExchangeError('not-http', `The answer is not of the protocol that was asked: ${words}.`, error)
  }
  return new ExchangeError('cut', `The connection was cut before the whole answer was there: ${words}.`, error)
}
