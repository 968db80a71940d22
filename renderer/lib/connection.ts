import type { ClientLink } from '@orpc/client'

/** One opened way to the main process; `closed` resolves when it is gone. */
export interface Transport {
  readonly link: ClientLink<Record<never, never>>
  readonly closed: Promise<void>
}

/** Opens the way once. Rejects when it cannot be opened. */
export type OpenTransport = () => Promise<Transport>

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly attempts: number }

/** The first waits are short because a restart takes a second; the cap keeps a forgotten tab quiet. */
const BACK_OFF_MS = [300, 700, 1500, 3000, 5000] as const

/** Thrown by calls made while the way to the main process is gone. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

/**
 * The one connection of the page to the main process. It opens itself, reopens itself for ever, and is a
 * link for the client: a call waits for the first opening, and fails at once while the connection is lost.
 */
export class Connection implements ClientLink<Record<never, never>> {
  readonly #open: OpenTransport
  readonly #listeners = new Set<() => void>()
  #state: ConnectionState = { kind: 'connecting' }
  #current: Promise<Transport>

  constructor(open: OpenTransport) {
    this.#open = open
    this.#current = this.#start(0)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): ConnectionState => this.#state

  async call(path: readonly string[], input: unknown, options: Parameters<ClientLink<object>['call']>[2]) {
    if (this.#state.kind === 'lost') throw new ConnectionLostError('The connection to Slipway is lost')
    const transport = await this.#current
    return transport.link.call(path, input, options)
  }

  #set(state: ConnectionState) {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }

  async #start(attempts: number): Promise<Transport> {
    for (let attempt = attempts; ; attempt += 1) {
      try {
        const transport = await this.#open()
        this.#set({ kind: 'open' })
        void transport.closed.then(() => {
          this.#set({ kind: 'lost', attempts: 0 })
          this.#current = this.#start(1)
        })
        return transport
      } catch {
        this.#set({ kind: 'lost', attempts: attempt + 1 })
        const waitMs = BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 5000
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }
}
