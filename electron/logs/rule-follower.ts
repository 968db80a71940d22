import type { WatchRule } from '../../shared/contract/logs.ts'
import { pause } from '../hosts/pause.ts'
import type { LogStoreClient } from './log-store-client.ts'
import type { LogTarget } from './log-target.ts'
import type { LogThread } from './log-thread.ts'
import { StackLog } from './stack-log.ts'
import type { RuleHit } from './store/messages.ts'

/** Nobody looks at these lines: as many are held as are on their way. */
const LIMIT_BYTES = 2 * 1024 * 1024
/** Between the end of the thread and the next try, so that a fault that repeats does not take the whole machine. */
const RESTART_MS = 10_000

export interface RuleFollowerOptions {
  readonly target: LogTarget
  readonly thread: LogThread
  readonly onHit: (rule: WatchRule, hit: RuleHit) => void
  readonly reportBug: (error: unknown) => void
}

/** Follows one stack while nobody looks, for its watch rules, until it is stopped. */
export class RuleFollower {
  readonly #options: RuleFollowerOptions
  readonly #end = new AbortController()
  #rules: readonly WatchRule[]
  #store: LogStoreClient
  #tail: StackLog

  constructor(options: RuleFollowerOptions, rules: readonly WatchRule[]) {
    this.#options = options
    this.#rules = rules
    ;[this.#store, this.#tail] = this.#start()
  }

  setRules(rules: readonly WatchRule[]): void {
    this.#rules = rules
    this.#store.tell({ type: 'rules', rules })
  }

  /** Resolves when nothing of it is open on the host any more. */
  async stop(): Promise<void> {
    this.#end.abort()
    const stopped = this.#tail.stop()
    // The tail may be waiting for room in it.
    this.#store.close()
    await stopped
  }

  #start(): [LogStoreClient, StackLog] {
    const { target, thread, reportBug } = this.#options
    const store = thread.open({ limitBytes: LIMIT_BYTES })
    store.onRule = (hit) => this.#hit(hit)
    store.onFailure = () => void this.#restart()
    store.tell({ type: 'rules', rules: this.#rules })
    return [store, new StackLog({ target, store, tailLines: 0, reportBug, onChange: () => {} })]
  }

  async #restart(): Promise<void> {
    await this.#tail.stop()
    await pause(RESTART_MS, this.#end.signal)
    if (!this.#end.signal.aborted) [this.#store, this.#tail] = this.#start()
  }

  #hit(hit: RuleHit): void {
    const rule = this.#rules.find(({ id }) => id === hit.ruleId)
    if (rule !== undefined) this.#options.onHit(rule, hit)
  }
}
