import type { StackDetail, StackRef, StackSummary } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { latestValues } from '../stacks/latest-value.ts'
import type { StackService } from '../stacks/stack-service.ts'
import type { AskData } from './data-question.ts'
import { HostFeed } from './host-feed.ts'
import { Shared } from './shared.ts'
import { type ReadLock, StackMonitor } from './stack-monitor.ts'
import { buildBlank, summarize } from './stack-picture.ts'

/** The stacks of one host as a list shows them. */
export interface HostStacks {
  readonly stacks: StackSummary[]
  readonly error: ErrorShape | null
  readonly loading: boolean
}

export interface HealthServiceOptions {
  readonly stacks: StackService
  readonly readLock: ReadLock
  /** Asks a data set's database, for the probes that want to know something of it. */
  readonly askData?: AskData
  readonly reportBug: (error: unknown) => void
}

/** A monitor with those who look at it. */
interface Watched {
  readonly monitor: StackMonitor
  readonly listeners: Set<() => void>
}

/** Live pictures of stacks. Each stack is read and probed once, however many look, and not at all when nobody does. */
export class HealthService {
  readonly #options: HealthServiceOptions
  readonly #feeds: Shared<HostFeed>
  readonly #monitors: Shared<Watched>

  constructor(options: HealthServiceOptions) {
    this.#options = options
    this.#feeds = new Shared(
      (hostId) => new HostFeed(options.stacks, hostId, options.reportBug),
      (feed) => feed.stop(),
    )
    this.#monitors = new Shared(
      (key) => this.#startMonitor(parseKey(key)),
      ({ monitor }) => monitor.stop(),
    )
  }

  /** How many stacks are being watched: for leak tests. */
  get watchedStacks(): number {
    return this.#monitors.size
  }

  /** One stack, at once where it is known, and again on each change. Ends when `signal` aborts. */
  async *watch(ref: StackRef, signal: AbortSignal): AsyncGenerator<StackDetail, void> {
    yield* latestValues<StackDetail>((push) => {
      const { value: monitor, release } = this.follow(ref, () => {
        if (monitor.detail !== null) push(monitor.detail)
      })
      const stopWatching = monitor.watchClosely()
      if (monitor.detail !== null) push(monitor.detail)
      return () => {
        stopWatching()
        release()
      }
    }, signal)
  }

  /** The stacks of a host, at once and on each change. A host that is cut off keeps its last picture, as unknown. */
  async *watchAll(hostId: string, signal: AbortSignal): AsyncGenerator<HostStacks, void> {
    yield* latestValues<HostStacks>((push) => {
      const feed = this.#feeds.acquire(hostId)
      const held = new Map<string, { readonly value: StackMonitor; readonly release: () => void }>()
      const update = () => {
        this.#holdAll(held, hostId, feed.value.projects ?? [], update)
        push(describeHost(hostId, feed.value, held))
      }
      const stop = feed.value.subscribe(update)
      update()
      return () => {
        stop()
        feed.release()
        for (const { release } of held.values()) release()
      }
    }, signal)
  }

  /** The stacks of a host, followed until they are released; tells when the list changes. */
  followHost(hostId: string, listener: () => void): { readonly value: HostFeed; readonly release: () => void } {
    const { value, release } = this.#feeds.acquire(hostId)
    const stop = value.subscribe(listener)
    return {
      value,
      release: () => {
        stop()
        release()
      },
    }
  }

  /** Reads a stack anew, its files too, for all who watch it; where nobody does there is nothing to do. */
  async refresh(ref: StackRef): Promise<void> {
    this.#options.stacks.forgetRecent()
    await this.#monitors.peek(keyOf(ref))?.monitor.refresh()
  }

  /** The same, and asks all its probes. Resolves when they have answered, or not in time. */
  async check(ref: StackRef): Promise<void> {
    this.#options.stacks.forgetRecent()
    await this.#monitors.peek(keyOf(ref))?.monitor.recheck()
  }

  /** Containers of a stack have changed, by this app itself: its picture is to show it. */
  async noteChange(ref: StackRef): Promise<void> {
    await this.#monitors.peek(keyOf(ref))?.monitor.refresh()
  }

  /** Reads all stacks anew that anybody watches, as when other runbooks count for them. */
  async refreshAll(): Promise<void> {
    await Promise.all(this.#monitors.values.map(({ monitor }) => monitor.refresh()))
  }

  /** The picture of a stack as it is now. */
  async readDetail(ref: StackRef): Promise<StackDetail> {
    const isWatched = this.#monitors.peek(keyOf(ref)) !== null
    const { value, release } = this.#monitors.acquire(keyOf(ref))
    try {
      await (isWatched ? value.monitor.refresh() : value.monitor.firstReading)
      return value.monitor.detail ?? buildBlank(ref, null)
    } finally {
      release()
    }
  }

  /** Ends everything that is under way. */
  dispose(): void {
    this.#monitors.dispose()
    this.#feeds.dispose()
  }

  #startMonitor(ref: StackRef): Watched {
    const listeners = new Set<() => void>()
    const { stacks, readLock, askData, reportBug } = this.#options
    const onChange = () => {
      for (const listener of [...listeners]) listener()
    }
    return { monitor: new StackMonitor({ stacks, ref, readLock, askData, reportBug, onChange }), listeners }
  }

  /** A stack's monitor, kept current by its host's changes, until it is released. Tells each new picture. */
  follow(ref: StackRef, listener: () => void): { readonly value: StackMonitor; readonly release: () => void } {
    const feed = this.#feeds.acquire(ref.hostId)
    const { value, release } = this.#monitors.acquire(keyOf(ref))
    value.listeners.add(listener)
    const stop = feed.value.onStackChange(
      ref.project,
      (isPoll) => void (isPoll ? value.monitor.poll() : value.monitor.refresh()),
    )
    return {
      value: value.monitor,
      release: () => {
        value.listeners.delete(listener)
        stop()
        release()
        feed.release()
      },
    }
  }

  /** Holds a monitor for each project of the host, and lets go of those that are gone. */
  #holdAll(
    held: Map<string, { readonly value: StackMonitor; readonly release: () => void }>,
    hostId: string,
    projects: readonly string[],
    onChange: () => void,
  ): void {
    for (const [project, { release }] of held) {
      if (projects.includes(project)) continue
      release()
      held.delete(project)
    }
    for (const project of projects) {
      if (!held.has(project)) held.set(project, this.follow({ hostId, project }, onChange))
    }
  }
}

function describeHost(
  hostId: string,
  feed: HostFeed,
  held: ReadonlyMap<string, { readonly value: StackMonitor }>,
): HostStacks {
  const stacks = [...held].map(([project, { value }]) =>
    summarize(value.detail ?? buildBlank({ hostId, project }, null)),
  )
  const isReading = [...held.values()].some(({ value }) => value.detail === null)
  return { stacks, error: feed.error, loading: feed.isLoading || isReading }
}

function keyOf({ hostId, project }: StackRef): string {
  return JSON.stringify([hostId, project])
}

function parseKey(key: string): StackRef {
  const [hostId, project] = JSON.parse(key) as [string, string]
  return { hostId, project }
}
