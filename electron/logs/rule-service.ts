import type { WatchRule } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import type { RaisedNotice } from '../notices/notices.ts'
import type { HostSource } from '../stacks/sessions.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { tellHit } from './describe-hit.ts'
import type { LogSettings } from './log-settings.ts'
import { LogTarget } from './log-target.ts'
import type { LogThread } from './log-thread.ts'
import { RuleFollower } from './rule-follower.ts'
import type { RuleHit } from './store/messages.ts'

export interface RuleServiceOptions {
  readonly hosts: Pick<HostSource, 'hosts' | 'subscribe'>
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
  /** Ids of the hosts that are there. */
  #present: ReadonlySet<string> = new Set()
  #unsubscribe = () => {}

  constructor(options: RuleServiceOptions) {
    this.#options = options
  }

  /** Begins with what was saved. Connects to no host: rules are watched where there is a connection. */
  start(): void {
    const { hosts } = this.#options
    this.#present = new Set(hosts.hosts.map(({ id }) => id))
    this.#unsubscribe = hosts.subscribe(() => this.#forgetRemoved())
    for (const { ref } of this.#options.settings.all()) this.update(ref)
  }

  /** The rules of a stack are others now. */
  update({ hostId, project }: StackRef): void {
    const ref = { hostId, project }
    const rules = this.#options.settings.rules(ref).filter(({ enabled }) => enabled)
    const key = keyOf(ref)
    const follower = this.#followers.get(key)
    if (rules.length === 0) this.#stop(key)
    else if (follower !== undefined) follower.setRules(rules)
    else this.#follow(key, ref, rules)
  }

  async dispose(): Promise<void> {
    this.#unsubscribe()
    for (const key of [...this.#followers.keys()]) this.#stop(key)
    await Promise.all(this.#stopping)
  }

  /** Rules and filters of a host that was removed go with it: added again, it is another one. */
  #forgetRemoved(): void {
    const { hosts, settings, reportBug } = this.#options
    const present = new Set(hosts.hosts.map(({ id }) => id))
    const removed = [...this.#present].filter((id) => !present.has(id))
    this.#present = present
    for (const hostId of removed) {
      for (const key of this.#followers.keys()) if (isOfHost(key, hostId)) this.#stop(key)
      try {
        settings.forgetHost(hostId)
      } catch (error) {
        reportBug(error)
      }
    }
  }

  #follow(key: string, ref: StackRef, rules: readonly WatchRule[]): void {
    const { stacks, thread, raise, reportBug } = this.#options
    try {
      const target = new LogTarget(stacks, ref)
      const onHit = (rule: WatchRule, hit: RuleHit) => {
        tellHit({ ref, rule, hit, nowMs: target.host.now() }, raise, reportBug)
      }
      this.#followers.set(key, new RuleFollower({ target, thread, onHit, reportBug }, rules))
    } catch (error) {
      // Its host was removed while nobody could notice.
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

const keyOf = ({ hostId, project }: StackRef): string => JSON.stringify([hostId, project])
const isOfHost = (key: string, hostId: string): boolean => (JSON.parse(key) as unknown[])[0] === hostId
