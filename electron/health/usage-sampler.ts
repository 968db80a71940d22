import type { Usage } from '../../shared/contract/stacks.ts'
import { isCancellation, isSlipwayError } from '../../shared/errors.ts'
import type { Container } from '../docker/engine.ts'
import type { HostSession } from '../stacks/stack.ts'

const INTERVAL_MS = 5_000

export interface UsageSamplerOptions {
  readonly session: HostSession
  /** The containers as they are at present; none while the host is out of reach. */
  readonly containers: () => readonly Container[]
  readonly onSample: () => void
  readonly reportBug: (error: unknown) => void
}

/** Samples CPU and memory of a stack's containers, only while somebody looks at them. */
export class UsageSampler {
  readonly #options: UsageSamplerOptions
  readonly #end = new AbortController()
  #samples: ReadonlyMap<string, Usage> = new Map()
  #watchers = 0
  #timer: NodeJS.Timeout | undefined
  #isSampling = false

  constructor(options: UsageSamplerOptions) {
    this.#options = options
  }

  /** By container id. */
  get samples(): ReadonlyMap<string, Usage> {
    return this.#samples
  }

  /** Returns how to stop looking. */
  watch(): () => void {
    this.#watchers += 1
    this.#timer ??= setInterval(() => void this.#sample(), INTERVAL_MS)
    void this.#sample()
    return () => {
      this.#watchers -= 1
      if (this.#watchers === 0) this.#pause()
    }
  }

  stop(): void {
    this.#end.abort()
    this.#pause()
  }

  #pause(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #sample(): Promise<void> {
    const running = this.#options.containers().filter(({ state }) => state === 'running')
    if (this.#isSampling || running.length === 0 || this.#end.signal.aborted) return
    this.#isSampling = true
    try {
      const { engine } = this.#options.session
      const options = { signal: this.#end.signal }
      const samples = await Promise.all(running.map(async ({ id }) => [id, await engine.usage(id, options)] as const))
      this.#samples = new Map(samples.flatMap(([id, usage]) => (usage === null ? [] : [[id, usage] as const])))
      this.#options.onSample()
    } catch (error) {
      // A container that went away, or a lost connection: the next reading says so.
      if (!isSlipwayError(error) && !isCancellation(error)) this.#options.reportBug(error)
    } finally {
      this.#isSampling = false
    }
  }
}
