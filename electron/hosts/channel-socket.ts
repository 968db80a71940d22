import { Duplex, type Readable, type Writable } from 'node:stream'

/** Buffers per direction. Larger ones hide back-pressure from uploads; smaller ones cost throughput. */
const HIGH_WATER_MARK = 64 * 1024

/** What a socket is made of once it is open. */
export interface SocketEnds {
  readonly input: Readable
  readonly output: Writable
  /** The far side is gone: null after an honest end, else what went wrong. Never rejects. */
  readonly closed: Promise<Error | null>
  /** An end of `input` alone says nothing yet: a command's exit status comes after it. */
  readonly endsWhenClosed: boolean
  /** Frees the channel and, for a command, ends it. */
  dispose(): void
}

/**
 * Something on a host that is safe to use as a socket. A raw ssh2 channel is not: a lost connection looks like a clean
 * end, writes after close never call back, and paused ones that are destroyed leak.
 * Returned at once; opens itself, and gives up opening when it is destroyed.
 */
export class ChannelSocket extends Duplex {
  readonly #open: (signal: AbortSignal, socket: ChannelSocket) => Promise<SocketEnds>
  readonly #opening = new AbortController()
  #ends: SocketEnds | null = null

  // The names that node:http expects of a socket.
  readonly connecting = false
  readonly encrypted = false
  timeout = 0
  #timer: NodeJS.Timeout | undefined

  constructor(open: (signal: AbortSignal, socket: ChannelSocket) => Promise<SocketEnds>) {
    super({ highWaterMark: HIGH_WATER_MARK, allowHalfOpen: true, autoDestroy: true, emitClose: true })
    this.#open = open
    // Without a listener a lost link would crash the process between two owners of the socket.
    this.on('error', () => {})
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open(this.#opening.signal, this).then(
      (ends) => {
        if (this.destroyed) ends.dispose()
        else this.#attach(ends)
        callback()
      },
      (error: unknown) => callback(this.destroyed ? null : toError(error)),
    )
  }

  #attach(ends: SocketEnds): void {
    this.#ends = ends
    ends.input.on('data', (chunk: Buffer) => {
      this.#touch()
      if (!this.push(chunk)) ends.input.pause()
    })
    ends.input.on('end', () => {
      if (!ends.endsWhenClosed) this.push(null)
    })
    ends.closed.then((error) => this.#onClosed(error))
  }

  #onClosed(error: Error | null): void {
    if (this.destroyed) return
    if (error) return void this.destroy(error)
    // Nothing more can be written; what has come is still to be read.
    if (this.readableEnded) return void this.destroy()
    this.once('end', () => this.destroy())
    if (this.#ends?.endsWhenClosed) this.#endWhenRead(this.#ends.input)
  }

  #endWhenRead(input: Readable): void {
    if (input.readableEnded) this.push(null)
    else input.once('end', () => this.push(null))
  }

  override _read(): void {
    this.#ends?.input.resume()
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const output = this.#ends?.output
    this.#touch()
    if (!output?.writable) callback(new Error('The channel is closed'))
    else if (output.write(chunk, encoding)) callback()
    else output.once('drain', () => callback())
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#ends?.output.end()
    callback()
  }

  override destroy(error?: Error): this {
    this.#opening.abort()
    return super.destroy(error)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#ends?.dispose()
    this.#ends = null
    callback(error)
  }

  setTimeout(timeoutMs: number, listener?: () => void): this {
    this.timeout = timeoutMs
    if (listener) this.once('timeout', listener)
    this.#touch()
    return this
  }

  #touch(): void {
    clearTimeout(this.#timer)
    if (this.timeout > 0 && !this.destroyed) this.#timer = setTimeout(() => this.emit('timeout'), this.timeout).unref()
  }

  setNoDelay = (): this => this
  setKeepAlive = (): this => this
  ref = (): this => this
  unref = (): this => this
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
