import { isCancellation, isSlipwayError } from '../../shared/errors.ts'
import type { Container, ContainerUsage } from '../docker/engine.ts'
import type { HostSession } from '../stacks/stack.ts'

export interface UsageSamplerOptions {
  readonly session: HostSession
  /** The containers as they are at present; none while the host is out of reach. */
  readonly containers: () => readonly Container[]
  readonly onSample: () => void
  readonly reportBug: (error: unknown) => void
}

/** Samples CPU, memory and traffic of a stack's containers, as often as those who look at them want. */
export class UsageSampler {
  readonly #options: UsageSamplerOptions
  readonly #end = new AbortController()
  #samples: ReadonlyMap<string, ContainerUsage> = new Map()
  readonly #watchers = new Set<{ readonly intervalMs: number }>()
  #timer: NodeJS.Timeout | undefined
  #isSampling = false

  constructor(options: UsageSamplerOptions) {
    this.#options = options
  }

  /** By container id. */
  get samples(): ReadonlyMap<string, ContainerUsage> {
    return this.#samples
  }

  /** Samples at least so often until what it returns is called. */
  watch(intervalMs: number): () => void {
    const watcher = { intervalMs }
    this.#watchers.add(watcher)
    this.#restart()
    void this.#sample()
    return () => {
      if (this.#watchers.delete(watcher)) this.#restart()
    }
  }

  stop(): void {
    this.#end.abort()
    this.#pause()
  }

  #restart(): void {
    this.#pause()
    if (this.#watchers.size === 0 || this.#end.signal.aborted) return
    const intervalMs = Math.min(...[...this.#watchers].map((watcher) => watcher.intervalMs))
    this.#timer = setInterval(() => void this.#sample(), intervalMs)
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
