import { type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { raceEnd } from '../hosts/race-end.ts'

/** No answer that is read whole is near this size; more would only fill memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly path: string
  /** Value of the Host header. */
  readonly host: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Until the whole answer is there; for streams until its head is. */
  readonly timeoutMs: number
}

/** Where a request's socket comes from: a pool, or one of its own. */
export type HttpSockets = { readonly agent: Agent } | { readonly createConnection: () => Duplex }

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A streamed answer. Read `chunks` to its end, or `close()` it. */
export interface HttpStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Throws {@link HttpFailure} when the answer is cut short, so that a cut never looks like an end. */
  readonly chunks: AsyncIterable<Buffer>
  close(): void
}

/** A request that brought no whole answer. The cause is the socket's error, the signal's reason or {@link HttpTimeout}. */
export class HttpFailure extends Error {
  /** A kept-alive socket died before a byte of the answer: the same request may simply be sent again. */
  readonly stale: boolean
  constructor(cause: unknown, stale = false) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.stale = stale
  }
}

/** The deadline passed. */
export class HttpTimeout extends Error {
  readonly timeoutMs: number
  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs / 1000} s.`)
    this.timeoutMs = timeoutMs
  }
}

/** One request under way, with every way in which it can die gathered in `failure`. */
interface Exchange {
  readonly outgoing: ClientRequest
  readonly response: Promise<IncomingMessage>
  readonly failure: Promise<never>
  stopDeadline(): void
  /** Frees the deadline and the signal. */
  finish(): void
}

function exchange(sockets: HttpSockets, options: HttpRequest): Exchange {
  const { method, path, host, headers, signal, timeoutMs } = options
  const outgoing = request({ ...sockets, method, path, host, headers: { Host: host, ...headers } })
  const response = Promise.withResolvers<IncomingMessage>()
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  response.promise.catch(() => {})
  let answered = false
  const fail = (error: unknown): void => {
    const wrapped = error instanceof HttpFailure ? error : new HttpFailure(error, outgoing.reusedSocket && !answered)
    response.reject(wrapped)
    failure.reject(wrapped)
  }
  const end = (error: unknown): void => {
    fail(new HttpFailure(error))
    outgoing.destroy()
  }
  outgoing.on('error', fail)
  outgoing.on('close', () => answered || fail(new Error('The connection was closed without an answer.')))
  outgoing.on('response', (incoming) => {
    answered = true
    incoming.on('error', fail)
    incoming.on('close', () => incoming.complete || fail(new Error('The answer was cut short.')))
    response.resolve(incoming)
  })
  const onAbort = (): void => end(signal?.reason)
  const deadline = setTimeout(() => end(new HttpTimeout(timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  else outgoing.end(options.body)
  return {
    outgoing,
    response: response.promise,
    failure: failure.promise,
    stopDeadline: () => clearTimeout(deadline),
    finish() {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

/** Sends a request and reads its whole answer. Settles on every path. Throws {@link HttpFailure} only. */
export async function fetchAnswer(sockets: HttpSockets, options: HttpRequest): Promise<HttpAnswer> {
  const { outgoing, response, failure, finish } = exchange(sockets, options)
  try {
    const incoming = await response
    const body = await Promise.race([readBody(incoming), failure])
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body }
  } catch (error) {
    outgoing.destroy()
    throw error
  } finally {
    finish()
  }
}

function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    incoming.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_BODY_BYTES) reject(new HttpFailure(new Error('The answer is larger than 64 MiB.')))
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      if (incoming.complete) resolve(Buffer.concat(chunks))
    })
  })
}

/** Sends a request and hands over its answer as it comes; the signal ends it at any time. */
export async function openStream(sockets: HttpSockets, options: HttpRequest): Promise<HttpStream> {
  const started = exchange(sockets, options)
  const close = (): void => {
    started.finish()
    started.outgoing.destroy()
  }
  try {
    const incoming = await started.response
    started.stopDeadline()
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      chunks: readChunks(incoming, started.failure, close),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

async function* readChunks(
  incoming: IncomingMessage,
  failure: Promise<never>,
  close: () => void,
): AsyncGenerator<Buffer> {
  const iterator = incoming[Symbol.asyncIterator]()
  const race = raceEnd(failure)
  try {
    for (;;) {
      const result = await race(iterator.next().catch(() => failure))
      if (result.done) {
        if (incoming.complete) return
        await failure
      }
      yield result.value
    }
  } finally {
    close()
  }
}

/** Reads what is left of a streamed answer, for the words of an error; bounded. */
export async function readRest(stream: HttpStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream.chunks) {
    chunks.push(chunk)
    sizeBytes += chunk.length
    if (sizeBytes > 64 * 1024) break
  }
  return Buffer.concat(chunks)
}
