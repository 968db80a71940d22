import type { LogServiceState } from '../../shared/contract/logs.ts'
import { type ErrorShape, isCancellation, isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import { pause } from '../hosts/pause.ts'
import { whenConnected } from '../stacks/when-connected.ts'
import { describeGap } from './describe-gap.ts'
import type { LogContainer, LogEvent } from './log-batch.ts'
import type { LogSource } from './log-source.ts'
import type { LogStoreClient } from './log-store-client.ts'
import type { LogTarget } from './log-target.ts'

/** A stack that could not be read is read again. */
const RETRY_MS = 3_000
/** So long the lines of a new container wait until it is known what must not be shown of them. */
const LEARN_WAIT_MS = 5_000

export interface StackLogOptions {
  readonly target: LogTarget
  readonly store: LogStoreClient
  readonly tailLines: number
  readonly onChange: () => void
  readonly reportBug: (error: unknown) => void
}

type ServiceEvent = LogEvent & { readonly kind: 'service' }

/** Follows all services of one stack into a store until it is stopped. */
export class StackLog {
  readonly #options: StackLogOptions
  readonly #end = new AbortController()
  readonly #services = new Map<string, ServiceEvent>()
  readonly #done: Promise<void>
  #isFirstList = true
  /** Containers whose secrets were asked for since they began. */
  readonly #asked = new Set<string>()
  #learning: Promise<void> | null = null
  skippedLines = 0
  /** Why nothing is followed at the moment. */
  error: ErrorShape | null = null

  constructor(options: StackLogOptions) {
    this.#options = options
    this.#done = this.#run().catch((error: unknown) => {
      if (this.#end.signal.aborted || isCancellation(error)) return
      if (!isSlipwayError(error)) options.reportBug(error)
      this.#say(toErrorShape(error))
    })
  }

  get source(): LogSource {
    return this.#options.target.source
  }

  /** How the tail of each service stands; the store knows the formats. */
  services(
    formats: Readonly<Record<string, { readonly format: string; readonly detected: boolean }>>,
  ): LogServiceState[] {
    return [...this.#services.values()]
      .sort((a, b) => a.service.localeCompare(b.service))
      .map(({ service, state, error }) => ({
        service,
        state,
        error,
        ...(formats[service] ?? { format: 'auto', detected: true }),
        fields: [...(this.#options.target.settings.services[service]?.fields ?? [])],
      }))
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#end
    const { target, store, tailLines } = this.#options
    // Lines are shown only once it is known what must not be.
    while (!(await this.#learn())) await pause(RETRY_MS, signal)
    if (signal.aborted) return
    for await (const event of target.source.tail({ services: null, tailLines }, signal)) {
      if (store.failure !== null) return
      await this.#take(event)
    }
  }

  /** Reads what the runbook and the containers say: formats, and secrets. */
  async #learn(): Promise<boolean> {
    const { signal } = this.#end
    const { target, store } = this.#options
    try {
      if (target.host.status.kind !== 'connected') this.#say(target.notConnected())
      if (!(await whenConnected(target.host, signal))) return true
      store.tell({ type: 'configure', settings: await target.read(signal) })
      this.#say(null)
      return true
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return true
      if (!isSlipwayError(error)) this.#options.reportBug(error)
      this.#say(toErrorShape(error))
      return false
    }
  }

  #say(error: ErrorShape | null): void {
    this.error = error
    this.#options.onChange()
  }

  async #take(event: LogEvent): Promise<void> {
    const { store, target, onChange } = this.#options
    const nowMs = target.host.now()
    switch (event.kind) {
      case 'lines':
        this.#isFirstList = false
        await store.add(event.batch)
        break
      case 'gap':
        this.skippedLines += event.skippedLines ?? 0
        store.tell({ type: 'note', note: { ...describeGap(event), container: event.container, nowMs } })
        break
      case 'container': {
        const { container, change } = event
        const message = this.#describeChange(container, change)
        store.tell({ type: 'note', note: { kind: 'container', container, message, timeNs: null, nowMs } })
        if (change === 'began') await this.#meet(container)
        break
      }
      case 'service':
        this.#services.set(event.service, event)
        onChange()
    }
  }

  /** Those that are there already are told first; of them it is not known when they began. */
  #describeChange({ id }: LogContainer, change: 'began' | 'ended'): string {
    const name = `container ${id.slice(0, 12)}`
    if (change === 'ended') return `The ${name} ended.`
    if (!this.#isFirstList) return `The ${name} began.`
    return `The ${name} is followed from here on. Older lines may be on the host.`
  }

  /** A new container may have got new secrets: its lines wait, but not for ever, until they are known. */
  async #meet({ id }: LogContainer): Promise<void> {
    if (this.#asked.has(id) || this.#options.target.hasRead(id)) return
    this.#asked.add(id)
    const end = new AbortController()
    const limit = pause(LEARN_WAIT_MS, AbortSignal.any([this.#end.signal, end.signal]))
    await Promise.race([this.#learnAgain(), limit])
    end.abort()
  }

  /** Until it was read. One that is under way may have asked before the newest container was there. */
  async #learnAgain(): Promise<void> {
    await this.#learning
    this.#learning ??= this.#learnOn().finally(() => {
      this.#learning = null
    })
    await this.#learning
  }

  async #learnOn(): Promise<void> {
    while (!(await this.#learn())) await pause(RETRY_MS, this.#end.signal)
  }
}
