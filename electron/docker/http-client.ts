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

/**
 * A request that brought no whole answer. The cause is the socket's error, the signal's reason, {@link HttpTimeout} or
 * {@link HttpFormError}.
 */
export class HttpFailure extends Error {
  /** A kept socket died before the answer began: the same request may simply be sent again. */
  readonly stale: boolean
  constructor(cause: unknown, stale = false) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.stale = stale
  }
}

/** What came is no answer, or not the one that its reader takes. */
export class HttpFormError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
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
    const bytes = formatRequest(call, { keepAlive: true })
    const { socket, isReused, giveBack } = await sockets.lend(limit.signal)
    const pieces: Buffer[] = []
    let sizeBytes = 0
    const exchange = new Exchange(socket, call.method, limit.signal, (source, start, end) => {
      sizeBytes += end - start
      if (sizeBytes > MAX_BODY_BYTES) throw new Error('The answer is larger than 64 MiB.')
      pieces.push(source.subarray(start, end))
    })
    try {
      const head = await exchange.send(bytes)
      await exchange.done
      return { ...head, body: Buffer.concat(pieces) }
    } catch (error) {
      const stale = isReused && !exchange.isAnswered && !limit.signal.aborted
      if (stale) sockets.closeIdle()
      throw new HttpFailure(error, stale)
    } finally {
      giveBack(exchange.release())
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
  try {
    const bytes = formatRequest(call, { keepAlive: false })
    const socket = sockets.openOwn()
    const early: Buffer[] = []
    let listener: BodyListener = (source, start, end) => early.push(source.subarray(start, end))
    const exchange = new Exchange(socket, call.method, limit.signal, (source, start, end) =>
      listener(source, start, end),
    )
    exchange.done.finally(limit.stop).catch(() => {})
    const head = await exchange.send(bytes)
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
      close: (why = new Error('The answer was not wanted any more.')) => exchange.fail(why),
    }
  } catch (error) {
    limit.stop()
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
  // Whoever iterates is told of an error; before that, it must not end the process.
  chunks.on('error', () => {})
  stream.read(take).then(
    () => chunks.push(null),
    (error: Error) => chunks.destroy(error),
  )
  return chunks
}

/** What is left of a streamed answer, for the words of an error: as much as comes of it in time, and is shown. */
export async function readRest(stream: HttpStream, timeoutMs: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  const deadline = setTimeout(() => stream.close(), timeoutMs)
  const reading = stream.read((source, start, end) => {
    pieces.push(source.subarray(start, end))
    sizeBytes += end - start
    if (sizeBytes > MAX_ERROR_BYTES) stream.close()
  })
  await reading.catch(() => {})
  clearTimeout(deadline)
  return Buffer.concat(pieces)
}

/** One request and its answer on a socket. */
class Exchange {
  readonly #socket: Duplex
  readonly #parser: AnswerParser
  readonly #signal: AbortSignal
  readonly #head = Promise.withResolvers<HttpHead>()
  readonly #done = Promise.withResolvers<void>()
  #isAnswered = false

  constructor(socket: Duplex, method: HttpRequest['method'], signal: AbortSignal, onBody: BodyListener) {
    this.#socket = socket
    this.#signal = signal
    this.#parser = new AnswerParser(method, this.#onHead, onBody)
    this.#head.promise.catch(() => {})
    this.#done.promise.catch(() => {})
  }

  /** The head of an answer has come. */
  get isAnswered(): boolean {
    return this.#isAnswered
  }

  /** The answer is whole. Rejects with what ended it before. */
  get done(): Promise<void> {
    return this.#done.promise
  }

  /** Returns the head of the answer. */
  send(bytes: Buffer): Promise<HttpHead> {
    this.#socket.on('data', this.#onData).on('end', this.#onEnd).on('error', this.fail).on('close', this.#onClose)
    this.#signal.addEventListener('abort', this.#onAbort)
    if (this.#signal.aborted) this.#onAbort()
    else this.#socket.write(bytes)
    return this.#head.promise
  }

  /** Lets go of the socket, and tells whether it serves another request: it does not where more came than the answer. */
  release(): boolean {
    this.#settle()
    this.#socket.off('data', this.#onData)
    return this.#parser.keepsSocket
  }

  /** Ends it, where it has not ended, and its socket. */
  readonly fail = (reason: unknown): void => {
    this.#settle()
    this.#head.reject(reason)
    this.#done.reject(reason)
    this.#socket.destroy()
  }

  readonly #onHead = (head: HttpHead): void => {
    this.#isAnswered = true
    this.#head.resolve(head)
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#parser.push(chunk)
    } catch (error) {
      this.fail(new HttpFormError(error))
    }
    if (this.#parser.isComplete) this.#complete()
  }

  readonly #onEnd = (): void => {
    try {
      this.#parser.end()
      this.#complete()
    } catch (error) {
      this.fail(error)
    }
  }

  readonly #onClose = (): void => this.fail(new Error('The connection was closed before the answer was complete.'))

  readonly #onAbort = (): void => this.fail(this.#signal.reason)

  #complete(): void {
    this.#settle()
    this.#done.resolve()
  }

  #settle(): void {
    this.#socket.off('end', this.#onEnd).off('error', this.fail).off('close', this.#onClose)
    this.#signal.removeEventListener('abort', this.#onAbort)
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
