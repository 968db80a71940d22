import type { Duplex } from 'node:stream'
import { Semaphore } from '../hosts/semaphore.ts'

/**
 * Each costs a channel and a connection of the engine, which is little; with fewer, calls made at once take more round
 * trips. Beyond this they gain nothing, for the engine is the limit.
 */
const CALL_SOCKETS = 32
/** Where each socket costs an SSH session: so many for calls, and for streams, that commands keep their share. */
const LIMITED_SOCKETS = 2

/** How many streams may be open at once on a way to an engine; more of them wait. */
export function streamLimit(limited: boolean): number {
  return limited ? LIMITED_SOCKETS : Number.POSITIVE_INFINITY
}

/** A socket for one call. Give it back. */
export interface LentSocket {
  readonly socket: Duplex
  /** It has served before, so the other side may have closed it unseen. */
  readonly isReused: boolean
  /** `keep` where the answer was whole and the socket serves another. May be called more than once. */
  giveBack(keep: boolean): void
}

/** Sockets of one way to a server: kept ones for calls that answer and end, last used first, and one for each long answer. */
export class HttpSockets {
  readonly #open: () => Duplex
  readonly #places: Semaphore
  readonly #idle: Duplex[] = []
  #retired = false

  /** `limited` where each socket costs a session (`dial-stdio`). */
  constructor(open: () => Duplex, limited: boolean) {
    this.#open = open
    this.#places = new Semaphore(limited ? LIMITED_SOCKETS : CALL_SOCKETS)
  }

  /** How many are kept for the next call. */
  get idle(): number {
    return this.#idle.length
  }

  /** Waits for a place where all are taken. Rejects when aborted. */
  async lend(signal?: AbortSignal): Promise<LentSocket> {
    const release = await this.#places.acquire(signal)
    try {
      const kept = this.#takeIdle()
      const socket = kept ?? this.openOwn()
      let isLent = true
      return {
        socket,
        isReused: kept !== undefined,
        giveBack: (keep) => {
          if (!isLent) return
          isLent = false
          if (keep) this.#keep(socket)
          else socket.destroy()
          release()
        },
      }
    } catch (error) {
      release()
      throw error
    }
  }

  #takeIdle(): Duplex | undefined {
    for (;;) {
      const socket = this.#idle.pop()
      if (socket?.destroyed !== true) return socket?.off('data', destroySocket).off('end', destroySocket)
    }
  }

  /** A socket that takes no place: for long answers, so that they never starve the calls. Whoever opens it destroys it. */
  openOwn(): Duplex {
    const socket = this.#open()
    // Whoever used it has taken its listeners off; a late error must not end the process.
    socket.on('error', () => {})
    socket.once('close', () => this.#forget(socket))
    return socket
  }

  /** Closes what is idle; what is in use finishes and is not kept. */
  retire(): void {
    this.#retired = true
    this.closeIdle()
  }

  /** For when one was found dead: the others went the same way. */
  closeIdle(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy()
  }

  /** An idle socket says nothing. One that does, or that ends (the engine was restarted), is not kept any longer. */
  #keep(socket: Duplex): void {
    if (this.#retired || socket.destroyed || socket.readableEnded || socket.writableEnded) return void socket.destroy()
    this.#idle.push(socket.on('data', destroySocket).on('end', destroySocket))
  }

  #forget(socket: Duplex): void {
    const index = this.#idle.indexOf(socket)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}

function destroySocket(this: Duplex): void {
  this.destroy()
}
