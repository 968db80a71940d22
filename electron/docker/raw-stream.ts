import type { Duplex } from 'node:stream'
import { type BodyListener, ChunkedBody } from './chunked-body.ts'
import { HttpFailure, HttpTimeout } from './http-client.ts'

/** The head of an engine's answer has some hundred bytes. */
const MAX_HEAD_BYTES = 64 * 1024
/** As much of an error's body as is shown. */
const MAX_ERROR_BYTES = 64 * 1024

export interface RawRequest {
  readonly path: string
  readonly signal?: AbortSignal | undefined
  /** Until the head of the answer is there. */
  readonly timeoutMs: number
}

/** An answer whose body is read from the socket itself, without a copy. Read it to its end, or `close()` it. */
export interface RawStream {
  readonly status: number
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /**
   * Lends each piece of the body as it comes. Resolves at its honest end; rejects with {@link HttpFailure} where it is
   * cut short, so that a cut never looks like an end. To be called once.
   */
  read(onBody: BodyListener): Promise<void>
  pause(): void
  resume(): void
  /** Whoever reads learns why. */
  close(why?: Error): void
}

/** Asks with GET over a socket of its own, and waits for the head of the answer. Throws {@link HttpFailure} only. */
export async function openRawStream(socket: Duplex, request: RawRequest): Promise<RawStream> {
  const { signal, timeoutMs } = request
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const fail = (error: unknown) => {
    failed.reject(new HttpFailure(error))
    socket.destroy()
  }
  const onAbort = () => fail(signal?.reason)
  const deadline = setTimeout(() => fail(new HttpTimeout(timeoutMs)), timeoutMs)
  const close = (why = new Error('The answer was not wanted any more.')) => {
    clearTimeout(deadline)
    signal?.removeEventListener('abort', onAbort)
    fail(why)
  }
  // Stays for the life of the socket: a late error must not end the process.
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The connection was closed before the answer was complete.')))
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  else socket.write(`GET ${request.path} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n`)
  try {
    const { status, headers, rest } = await Promise.race([readHead(socket), failed.promise])
    clearTimeout(deadline)
    return {
      status,
      headers,
      read: (onBody) => Promise.race([readBody(socket, headers, rest, onBody), failed.promise]).finally(() => close()),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      close,
    }
  } catch (error) {
    close()
    throw error instanceof HttpFailure ? error : new HttpFailure(error)
  }
}

interface Head {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** What came of the body with it. */
  readonly rest: Buffer
}

function readHead(socket: Duplex): Promise<Head> {
  return new Promise((resolve, reject) => {
    let held: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const end = held.indexOf('\r\n\r\n')
      if (end === -1 && held.length <= MAX_HEAD_BYTES) return
      socket.off('data', onData)
      socket.off('end', onEnd)
      socket.pause()
      if (end === -1) reject(new Error('The answer has no head.'))
      else resolve({ ...parseHead(held.toString('latin1', 0, end)), rest: held.subarray(end + 4) })
    }
    const onEnd = () => reject(new Error('The connection was closed without an answer.'))
    socket.on('data', onData)
    socket.once('end', onEnd)
  })
}

/** Pure: status and headers of an answer's head. */
export function parseHead(text: string): Pick<Head, 'status' | 'headers'> {
  const [first = '', ...lines] = text.split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status: Number(status ?? 0), headers: new Map(headers) }
}

function readBody(
  socket: Duplex,
  headers: ReadonlyMap<string, string>,
  rest: Buffer,
  onBody: BodyListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = openBody(headers, onBody)
    const take = (chunk: Buffer) => {
      try {
        body.push(chunk)
        if (body.isComplete()) resolve()
      } catch (error) {
        reject(new HttpFailure(error))
      }
    }
    socket.on('data', take)
    socket.once('end', () => {
      if (body.endsWithSocket || body.isComplete()) resolve()
      else reject(new HttpFailure(new Error('The answer was cut short.')))
    })
    take(rest)
    socket.resume()
  })
}

interface Body {
  push(chunk: Buffer): void
  isComplete(): boolean
  /** The answer says nothing of its length. */
  readonly endsWithSocket: boolean
}

function openBody(headers: ReadonlyMap<string, string>, onBody: BodyListener): Body {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') {
    const chunked = new ChunkedBody(onBody)
    return { push: (chunk) => chunked.push(chunk, 0), isComplete: () => chunked.isDone, endsWithSocket: false }
  }
  const length = headers.get('content-length')
  let left = length === undefined ? Number.POSITIVE_INFINITY : Number(length)
  return {
    push(chunk) {
      left -= chunk.length
      if (chunk.length > 0) onBody(chunk, 0, chunk.length)
    },
    isComplete: () => left <= 0,
    endsWithSocket: length === undefined,
  }
}

/** The body of an error, as far as it is shown. */
export async function readRawError(stream: RawStream): Promise<Buffer> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  await stream.read((source, start, end) => {
    if (sizeBytes < MAX_ERROR_BYTES) parts.push(Buffer.from(source.subarray(start, end)))
    sizeBytes += end - start
  })
  return Buffer.concat(parts)
}
