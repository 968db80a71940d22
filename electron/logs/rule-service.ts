import type { WatchRule } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { count } from '../../shared/count.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import type { RaisedNotice } from '../notices/notices.ts'
import type { StackService } from '../stacks/stack-service.ts'
import type { LogSettings } from './log-settings.ts'
import { LogTarget } from './log-target.ts'
import type { LogThread } from './log-thread.ts'
import { RuleFollower } from './rule-follower.ts'
import type { RuleHit } from './store/messages.ts'

export interface RuleServiceOptions {
  readonly stacks: StackService
  readonly settings: LogSettings
  readonly thread: LogThread
  readonly raise: (notice: RaisedNotice) => void
  readonly reportBug: (error: unknown) => void
}

/** Follows every stack that has an enabled watch rule, while the app runs. */
export class RuleService {
  readonly #options: RuleServiceOptions
  readonly #followers = new Map<string, RuleFollower>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(options: RuleServiceOptions) {
    this.#options = options
  }

  /** Begins with what was saved. Connects to no host: rules are watched where there is a connection. */
  start(): void {
    for (const { ref } of this.#options.settings.all()) this.update(ref)
  }

  /** The rules of a stack are others now. */
  update({ hostId, project }: StackRef): void {
    const ref = { hostId, project }
    const rules = this.#options.settings.rules(ref).filter(({ enabled }) => enabled)
    const key = JSON.stringify([hostId, project])
    const follower = this.#followers.get(key)
    if (rules.length === 0) this.#stop(key)
    else if (follower !== undefined) follower.setRules(rules)
    else this.#follow(key, ref, rules)
  }

  async dispose(): Promise<void> {
    for (const key of [...this.#followers.keys()]) this.#stop(key)
    await Promise.all(this.#stopping)
  }

  #follow(key: string, ref: StackRef, rules: readonly WatchRule[]): void {
    const { stacks, thread, raise, reportBug } = this.#options
    try {
      const target = new LogTarget(stacks, ref)
      const onHit = (rule: WatchRule, hit: RuleHit) => raise(describeHit(ref, rule, hit))
      this.#followers.set(key, new RuleFollower({ target, thread, onHit, reportBug }, rules))
    } catch (error) {
      // Its host was removed; the rules wait for it to come back.
      if (!isSlipwayError(error)) throw error
    }
  }

  #stop(key: string): void {
    const follower = this.#followers.get(key)
    if (follower === undefined) return
    this.#followers.delete(key)
    const stopping = follower.stop().finally(() => this.#stopping.delete(stopping))
    this.#stopping.add(stopping)
  }
}

function describeHit(ref: StackRef, { name, moreThan, withinSeconds }: WatchRule, hit: RuleHit): RaisedNotice {
  const often =
    moreThan === 0 ? '' : `More than ${count(moreThan, 'line')} in ${count(withinSeconds, 'second')}. Last: `
  return {
    kind: 'watch-rule',
    ref,
    title: `${ref.project}: ${name}`,
    body: `${often}${hit.service}: ${hit.message}`,
    incidentId: null,
  }
}
