import type { ErrorShape } from '../../shared/errors.ts'
import { isConnectionLost, toErrorShape } from './error-shape.ts'

/** What a watch knows now. `error` with `data` means: this is the last picture, and no newer one comes. */
export interface WatchState<T> {
  readonly data: T | null
  readonly error: ErrorShape | null
}

type OpenIterator<E> = (signal: AbortSignal) => Promise<AsyncIterable<E>>

export interface WatchOptions<E, T> {
  readonly open: OpenIterator<E>
  readonly reduce: (previous: T | null, event: E) => T
}

/** A failed watch is opened again: the procedure may exist again after a host came back. */
const REOPEN_MS = 3000
/** Going from one tab to the next unmounts and mounts: the watch survives that long without anyone looking. */
const LINGER_MS = 1500

const EMPTY: WatchState<never> = { data: null, error: null }

/** One event iterator shared by all who look at it: opened by the first, closed after the last. */
export class Watch<E, T> {
  readonly #options: WatchOptions<E, T>
  readonly #onClosed: () => void
  readonly #listeners = new Set<() => void>()
  #state: WatchState<T> = EMPTY
  #run: AbortController | null = null
  #linger: ReturnType<typeof setTimeout> | null = null

  constructor(options: WatchOptions<E, T>, onClosed: () => void) {
    this.#options = options
    this.#onClosed = onClosed
  }

  readonly getState = (): WatchState<T> => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#linger) clearTimeout(this.#linger)
    this.#linger = null
    if (!this.#run) this.restart()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#linger = setTimeout(() => this.#close(), LINGER_MS)
    }
  }

  /** Opens the iterator anew, keeping the last picture until the next one comes. */
  restart() {
    this.#run?.abort()
    const run = new AbortController()
    this.#run = run
    void this.#follow(run.signal)
  }

  #close() {
    this.#run?.abort()
    this.#run = null
    this.#onClosed()
  }

  #set(state: WatchState<T>) {
    if (state.data === this.#state.data && state.error === this.#state.error) return
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }

  async #follow(signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        const iterator = await this.#options.open(signal)
        // Folded onto what is known: output that came before a cut stays.
        let data = this.#state.data
        for await (const event of iterator) {
          if (signal.aborted) return
          data = this.#options.reduce(data, event)
          this.#set({ data, error: null })
        }
        return
      } catch (error) {
        if (signal.aborted) return
        // A lost way is said once, by the banner, and everything is opened anew when it is back.
        if (!isConnectionLost(error)) this.#set({ data: this.#state.data, error: toErrorShape(error) })
        await new Promise((resolve) => setTimeout(resolve, REOPEN_MS))
      }
    }
  }
}
