import { type ErrorShape, isCancellation, isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { ContainerRow } from '../docker/engine.ts'
import type { Host } from '../hosts/host.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { lostConnection } from './lost-connection.ts'

/** The list of a host's stacks and the news of their changes, for all who watch that host. */
export class HostFeed {
  readonly #stacks: StackService
  readonly #hostId: string
  /** Held: it still says how it ends when it was removed from the list of hosts. */
  readonly #host: Host
  readonly #reportBug: (error: unknown) => void
  readonly #end = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #stackListeners = new Map<string, Set<(isPoll: boolean) => void>>()
  readonly #unsubscribe: () => void
  #projects: readonly string[] | null = null
  #marks: ReadonlyMap<string, string> = new Map()
  #error: ErrorShape | null = null
  #listing: Promise<void> | null = null
  #isWanted = false

  constructor(stacks: StackService, hostId: string, reportBug: (error: unknown) => void) {
    this.#stacks = stacks
    this.#hostId = hostId
    this.#host = stacks.session(hostId).host
    this.#reportBug = reportBug
    this.#unsubscribe = this.#host.subscribe(() => this.#onStatus())
    this.#onStatus()
    void this.#followChanges()
  }

  /** Names of the stacks; null before they were first read. */
  get projects(): readonly string[] | null {
    return this.#projects
  }

  /** Why the list could not be read; the last one is kept. */
  get error(): ErrorShape | null {
    return this.#error
  }

  get isLoading(): boolean {
    return this.#listing !== null || this.#host.status.kind === 'connecting'
  }

  /** Calls `listener` when the list or its error has changed. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener` when a stack may have changed, or it is only time to look again. Returns how to stop. */
  onStackChange(project: string, listener: (isPoll: boolean) => void): () => void {
    const listeners = this.#stackListeners.get(project) ?? new Set()
    this.#stackListeners.set(project, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  stop(): void {
    this.#end.abort()
    this.#unsubscribe()
    this.#listeners.clear()
    this.#stackListeners.clear()
  }

  #onStatus(): void {
    if (this.#host.status.kind === 'connected') void this.#list()
    else this.#set(this.#projects, this.#host.status.kind === 'connecting' ? this.#error : lostConnection(this.#host))
  }

  async #followChanges(): Promise<void> {
    for await (const change of this.#stacks.watchChanges(this.#hostId, this.#end.signal)) {
      const before = this.#marks
      void this.#list().then(() => {
        if (change === 'poll') this.#tellMoved(before)
      })
      for (const [project, listeners] of this.#stackListeners) {
        if (typeof change === 'object' && !change.has(project)) continue
        for (const listener of [...listeners]) listener(change === 'poll')
      }
    }
  }

  /** Events can be lost: containers that look different than before have changed, though nobody said so. */
  #tellMoved(before: ReadonlyMap<string, string>): void {
    for (const [project, listeners] of this.#stackListeners) {
      if (!before.has(project) || before.get(project) === this.#marks.get(project)) continue
      for (const listener of [...listeners]) listener(false)
    }
  }

  #list(): Promise<void> {
    if (this.#listing !== null) {
      this.#isWanted = true
      return this.#listing
    }
    this.#listing = this.#listUntilCurrent().finally(() => {
      this.#listing = null
      this.#tell()
    })
    this.#tell()
    return this.#listing
  }

  async #listUntilCurrent(): Promise<void> {
    const { signal } = this.#end
    do {
      this.#isWanted = false
      try {
        const found = await this.#stacks.list(this.#hostId, { signal })
        if (signal.aborted) return
        this.#marks = new Map(found.map(({ project, rows }) => [project.project, rows.map(markOf).join()]))
        this.#set(
          found.map(({ project }) => project.project),
          null,
        )
      } catch (error) {
        if (signal.aborted || isCancellation(error)) return
        if (!isSlipwayError(error)) this.#reportBug(error)
        this.#set(this.#projects, toErrorShape(error))
      }
    } while (this.#isWanted && !signal.aborted)
  }

  #set(projects: readonly string[] | null, error: ErrorShape | null): void {
    this.#projects = projects
    this.#error = error
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** What tells one state of a container from another. The engine's words hold the time too, which passes by itself. */
function markOf({ id, state, statusText }: ContainerRow): string {
  return `${id} ${state} ${/\(((?:un)?healthy|health: starting)\)/.exec(statusText)?.[1] ?? ''}`
}
