import { type Duplex, Readable } from 'node:stream'
import type { BodyListener } from './chunked-body.ts'
import type { HttpSockets } from './http-sockets.ts'
import { AnswerParser, formatRequest, type HttpHead, type HttpRequest } from './http-wire.ts'

/** No answer that is read whole is near this size; more would only fill memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
/** As much of an error's body as is shown. */
const MAX_ERROR_BYTES = 64 * 1024

export interface HttpCall extends HttpRequest {
  readonly signal?: AbortSignal | undefined
  /** Until the whole answer is there; for streams until its head is. */
  readonly timeoutMs: number
}

export interface HttpAnswer extends HttpHead {
  readonly body: Buffer
}

/** An answer whose body is read from the socket itself, without a copy. Read it to its end, or `close()` it. */
export interface HttpStream extends HttpHead {
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

/** A request that brought no whole answer. The cause is the socket's error, the signal's reason or {@link HttpTimeout}. */
export class HttpFailure extends Error {
  /** A kept socket died before a byte of the answer: the same request may simply be sent again. */
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

/** Sends a request and reads its whole answer. Settles on every path. Throws {@link HttpFailure} only. */
export async function fetchAnswer(sockets: HttpSockets, call: HttpCall): Promise<HttpAnswer> {
  const limit = limitTime(call)
  try {
    const { socket, isReused, giveBack } = await sockets.lend(limit.signal)
    const pieces: Buffer[] = []
    let sizeBytes = 0
    const exchange = new Exchange(socket, call.method, (source, start, end) => {
      sizeBytes += end - start
      if (sizeBytes > MAX_BODY_BYTES) throw new Error('The answer is larger than 64 MiB.')
      pieces.push(source.subarray(start, end))
    })
    try {
      exchange.send(call, { keepAlive: true }, limit.signal)
      await exchange.done
      return { ...(await exchange.head), body: pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces) }
    } catch (error) {
      throw new HttpFailure(error, isReused && !exchange.isAnswered && !limit.signal.aborted)
    } finally {
      giveBack(exchange.keepsSocket)
    }
  } catch (error) {
    throw error instanceof HttpFailure ? error : new HttpFailure(error)
  } finally {
    limit.stop()
  }
}

/** Sends a request on a socket of its own and hands over the answer as it comes; the signal ends it at any time. */
export async function openStream(sockets: HttpSockets, call: HttpCall): Promise<HttpStream> {
  const limit = limitTime(call)
  const socket = sockets.openOwn()
  const early: Buffer[] = []
  let listener: BodyListener = (source, start, end) => early.push(source.subarray(start, end))
  const exchange = new Exchange(socket, call.method, (source, start, end) => listener(source, start, end))
  exchange.done.finally(limit.stop).catch(() => {})
  try {
    exchange.send(call, { keepAlive: false }, limit.signal)
    const head = await exchange.head
    limit.stopDeadline()
    socket.pause()
    return {
      ...head,
      async read(onBody) {
        try {
          for (const piece of early.splice(0)) onBody(piece, 0, piece.length)
          listener = onBody
          socket.resume()
          await exchange.done
        } catch (error) {
          throw new HttpFailure(error)
        } finally {
          socket.destroy()
        }
      },
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      close: (why = new Error('The answer was not wanted any more.')) => exchange.end(why),
    }
  } catch (error) {
    throw new HttpFailure(error)
  }
}

/** The body of a streamed answer in pieces, as fast as they are taken. Ends it where the reader stops. */
export function chunksOf(stream: HttpStream): AsyncIterable<Buffer> {
  const chunks = new Readable({
    read: () => stream.resume(),
    destroy(error, done) {
      stream.close()
      done(error)
    },
  })
  const take: BodyListener = (source, start, end) => {
    if (!chunks.push(source.subarray(start, end))) stream.pause()
  }
  stream.read(take).then(
    () => chunks.push(null),
    (error: Error) => chunks.destroy(error),
  )
  return chunks
}

/** Reads what is left of a streamed answer, for the words of an error; bounded. */
export async function readRest(stream: HttpStream): Promise<Buffer> {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  await stream.read((source, start, end) => {
    if (sizeBytes < MAX_ERROR_BYTES) pieces.push(source.subarray(start, end))
    sizeBytes += end - start
  })
  return Buffer.concat(pieces)
}

/** One request and its answer on a socket. Its listeners are gone from the socket once `done` is settled. */
class Exchange {
  readonly #socket: Duplex
  readonly #parser: AnswerParser
  readonly #head = Promise.withResolvers<HttpHead>()
  readonly #done = Promise.withResolvers<void>()
  #signal: AbortSignal | null = null
  #isSettled = false
  /** Something of an answer has come. */
  isAnswered = false

  constructor(socket: Duplex, method: HttpRequest['method'], onBody: BodyListener) {
    this.#socket = socket
    this.#parser = new AnswerParser(method, (head) => this.#head.resolve(head), onBody)
    this.#head.promise.catch(() => {})
    this.#done.promise.catch(() => {})
  }

  get head(): Promise<HttpHead> {
    return this.#head.promise
  }

  /** The answer is whole. Rejects with what ended it before. */
  get done(): Promise<void> {
    return this.#done.promise
  }

  get keepsSocket(): boolean {
    return this.#parser.keepsSocket
  }

  send(request: HttpRequest, options: { readonly keepAlive: boolean }, signal: AbortSignal): void {
    this.#socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.end).on('close', this.#onClose)
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
    try {
      signal.throwIfAborted()
      this.#socket.write(formatRequest(request, options))
    } catch (error) {
      this.end(error)
    }
  }

  /** Ends it, and its socket, for a reason; once it is settled, only the socket. */
  readonly end = (reason: unknown): void => {
    this.#settle()
    this.#head.reject(reason)
    this.#done.reject(reason)
    this.#socket.destroy()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.isAnswered = true
    try {
      this.#parser.push(chunk)
      if (this.#parser.isComplete) this.#complete()
    } catch (error) {
      this.end(error)
    }
  }

  readonly #onEnd = (): void => {
    try {
      this.#parser.end()
      this.#complete()
    } catch (error) {
      this.end(error)
    }
  }

  readonly #onClose = (): void => this.end(new Error('The connection was closed before the answer was complete.'))

  readonly #onAbort = (): void => this.end(this.#signal?.reason)

  #complete(): void {
    this.#settle()
    this.#done.resolve()
  }

  #settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('error', this.end).off('close', this.#onClose)
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}

interface TimeLimit {
  readonly signal: AbortSignal
  /** From now on only the caller's signal ends it. */
  stopDeadline(): void
  /** From now on nothing does. */
  stop(): void
}

/** A signal that aborts with the caller's, or with {@link HttpTimeout} when time is up. */
function limitTime({ signal, timeoutMs }: HttpCall): TimeLimit {
  const ending = new AbortController()
  const onAbort = (): void => ending.abort(signal?.reason)
  const deadline = setTimeout(() => ending.abort(new HttpTimeout(timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  return {
    signal: ending.signal,
    stopDeadline: () => clearTimeout(deadline),
    stop() {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
