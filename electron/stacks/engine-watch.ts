import type { EngineStatus } from '../../shared/contract/hosts.ts'
import { isCancellation, toErrorShape } from '../../shared/errors.ts'
import type { HostSession } from './stack.ts'

/** How often an engine that does not answer is asked again, and one that does is asked whether it still does. */
const CHECK_INTERVAL_MS = 15_000
const RETRY_INTERVAL_MS = 5_000

/** Follows the engine of one host while somebody looks: asked after each connect, and again from time to time. */
export class EngineWatch {
  #status: EngineStatus = { kind: 'unknown' }
  readonly #session: HostSession
  readonly #onChange: () => void
  readonly #unsubscribe: () => void
  #round: AbortController | null = null
  #timer: NodeJS.Timeout | undefined
  #usedSudo = false

  constructor(session: HostSession, onChange: () => void) {
    this.#session = session
    this.#onChange = onChange
    this.#unsubscribe = session.host.subscribe(() => this.#restart())
    this.#restart()
  }

  get status(): EngineStatus {
    return this.#status
  }

  /** Asks anew where the answer to "go by sudo?" has changed. */
  refresh(): void {
    if (this.#session.host.usesSudo !== this.#usedSudo) this.#restart()
  }

  stop(): void {
    this.#unsubscribe()
    this.#endRound()
  }

  /** A new connection, a lost one, or another answer to "go by sudo?": what was known holds no longer. */
  #restart(): void {
    this.#endRound()
    this.#usedSudo = this.#session.host.usesSudo
    if (this.#session.host.status.kind === 'connected') {
      this.#round = new AbortController()
      void this.#check(this.#round.signal)
    } else {
      this.#set({ kind: 'unknown' })
    }
  }

  #endRound(): void {
    this.#round?.abort()
    this.#round = null
    clearTimeout(this.#timer)
  }

  async #check(signal: AbortSignal): Promise<void> {
    const status = await this.#ask(signal)
    if (signal.aborted) return
    if (status !== null) this.#set(status)
    const delay = this.#status.kind === 'ready' ? CHECK_INTERVAL_MS : RETRY_INTERVAL_MS
    this.#timer = setTimeout(() => void this.#check(signal), delay)
    this.#timer.unref()
  }

  async #ask(signal: AbortSignal): Promise<EngineStatus | null> {
    const { engine, host } = this.#session
    try {
      const info = await engine.info({ signal })
      await engine.ping({ signal })
      return { kind: 'ready', info }
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return null
      const shape = toErrorShape(error)
      // The connection's own trouble is shown as the host's state, not as the engine's.
      if (shape.code.startsWith('host.') && host.status.kind !== 'connected') return { kind: 'unknown' }
      const canSudo = shape.code === 'docker.not-in-group' && (await host.connect({ signal })).canSudo
      return { kind: canSudo && !host.usesSudo ? 'sudo-offer' : 'failed', error: shape }
    }
  }

  #set(status: EngineStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return
    this.#status = status
    this.#onChange()
  }
}
