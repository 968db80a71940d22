import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'

/** Buffers per direction. Larger ones hide back-pressure from uploads; smaller ones cost throughput. */
const HIGH_WATER_MARK = 64 * 1024
/** More stderr than this of a failed command helps nobody. */
const STDERR_LIMIT = 8 * 1024

export interface ChannelSocketOptions {
  /** Opens the channel. Called once, when the socket is first needed. */
  readonly open: () => Promise<ClientChannel>
  /**
   * For exec channels: their EOF comes before the exit status, so the end is held back until the status is known,
   * and a non-zero one becomes this error instead of a clean end.
   */
  readonly exitError?: (code: number | null, stderr: string) => Error | null
  readonly onClose?: () => void
}

/**
 * An SSH channel that is safe to use as a socket. A raw ssh2 channel is not: a lost connection looks like a clean
 * end, writes after close never call back, destroyed streams leak while paused, and idle dead ones stay in pools.
 * Returned at once; opens itself when first used.
 */
export class ChannelSocket extends Duplex {
  readonly #options: ChannelSocketOptions
  #channel: ClientChannel | null = null
  #stderr = ''
  #exitCode: number | null | undefined
  #sawEnd = false
  /** Sockets in a keep-alive pool are idle between requests: an end then means "remove me", not "half closed". */
  idle = false

  // The names that node:http expects of a socket.
  readonly connecting = false
  readonly encrypted = false
  timeout = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: ChannelSocketOptions) {
    super({ highWaterMark: HIGH_WATER_MARK, allowHalfOpen: false, autoDestroy: true, emitClose: true })
    this.#options = options
    // Without a listener a lost link would crash the process between two owners of the socket.
    this.on('error', () => {})
    if (options.onClose) this.once('close', options.onClose)
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#options.open().then(
      (channel) => {
        if (this.destroyed) {
          discard(channel)
          return callback()
        }
        this.#attach(channel)
        callback()
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  #attach(channel: ClientChannel): void {
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      this.#touch()
      if (!this.push(chunk)) channel.pause()
    })
    channel.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8')
    })
    channel.on('exit', (code: number | null) => {
      this.#exitCode = code
    })
    channel.on('end', () => {
      this.#sawEnd = true
      if (!this.#options.exitError) this.#end()
    })
    channel.on('error', (error: Error) => this.destroy(error))
    channel.on('close', () => this.#closed())
  }

  #end(): void {
    if (this.idle) this.destroy()
    else this.push(null)
  }

  #closed(): void {
    if (this.destroyed) return
    const failure = this.#options.exitError?.(this.#exitCode ?? null, this.#stderr) ?? null
    if (failure && this.#exitCode !== 0) return void this.destroy(failure)
    this.#end()
    if (!this.#sawEnd || this.writableEnded) return
    // The far side is gone; writing on would never call back.
    queueMicrotask(() => this.destroy())
  }

  override _read(): void {
    this.#channel?.resume()
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const channel = this.#channel
    this.#touch()
    if (!channel?.writable) callback(new Error('The channel is closed'))
    else if (channel.write(chunk, encoding)) callback()
    else channel.once('drain', () => callback())
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#channel?.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer)
    if (this.#channel) discard(this.#channel)
    this.#channel = null
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

/** Closes a channel and drains what it still holds; a paused one would keep its buffers for ever. */
function discard(channel: ClientChannel): void {
  channel.removeAllListeners('data')
  channel.removeAllListeners('end')
  channel.removeAllListeners('close')
  channel.on('error', () => {})
  channel.stderr?.removeAllListeners('data')
  channel.stderr?.resume()
  channel.resume()
  channel.close()
}
