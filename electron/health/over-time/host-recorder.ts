import type { StackRef } from '../../../shared/contract/stacks.ts'
import { type ErrorShape, isCancellation, isSlipwayError } from '../../../shared/errors.ts'
import type { HostSession } from '../../stacks/stack.ts'
import type { HostFeed } from '../host-feed.ts'
import type { DiskSpace } from './figure-taker.ts'
import type { StackRecorder } from './stack-recorder.ts'

/** Free space changes slowly, and `df` is a command of its own. */
const DISK_INTERVAL_MS = 5 * 60_000

export interface HostRecorderOptions {
  readonly session: HostSession
  /** The list of its stacks; to be released. */
  readonly follow: (listener: () => void) => { readonly value: HostFeed; readonly release: () => void }
  readonly isEnabled: (ref: StackRef) => boolean
  readonly createRecorder: (ref: StackRef, disk: () => DiskSpace | null) => StackRecorder
  readonly onChange: () => void
  readonly reportBug: (error: unknown) => void
}

/** Holds a recorder for each stack of one host, and looks at its disk. */
export class HostRecorder {
  readonly session: HostSession
  readonly #options: HostRecorderOptions
  readonly #recorders = new Map<string, StackRecorder>()
  readonly #feed: HostFeed
  readonly #release: () => void
  readonly #end = new AbortController()
  #disk: DiskSpace | null = null
  #diskAskedAt = Number.NEGATIVE_INFINITY

  constructor(options: HostRecorderOptions) {
    this.session = options.session
    this.#options = options
    const { value, release } = options.follow(() => this.#updateSafely())
    this.#feed = value
    this.#release = release
    this.update()
  }

  get recorders(): readonly StackRecorder[] {
    return [...this.#recorders.values()]
  }

  /** Whether the stacks of the host have been listed, so that each of them has a recorder. */
  get hasList(): boolean {
    return this.#feed.projects !== null
  }

  /** Why they could not be listed; while that is tried again, what hindered it before (no connection, say) may be over. */
  get listError(): ErrorShape | null {
    return this.#feed.isLoading ? null : this.#feed.error
  }

  /** Takes up new stacks, and lets go of those that are not to be watched any more. */
  update(): void {
    if (this.#end.signal.aborted) return
    const { host } = this.session
    const projects = this.#feed.projects ?? []
    const isCurrent = host.status.kind === 'connected' && this.#feed.error === null
    for (const [project, recorder] of this.#recorders) {
      if (this.#options.isEnabled(recorder.ref)) {
        if (isCurrent) recorder.setGone(!projects.includes(project))
        continue
      }
      recorder.save()
      recorder.saved()
      recorder.stop()
      this.#recorders.delete(project)
    }
    for (const project of projects) {
      const ref = { hostId: host.id, project }
      if (this.#recorders.has(project) || !this.#options.isEnabled(ref)) continue
      this.#recorders.set(
        project,
        this.#options.createRecorder(ref, () => this.#disk),
      )
    }
    this.#options.onChange()
  }

  /** For calls from where nobody would catch an error of the store. */
  #updateSafely(): void {
    try {
      this.update()
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  tick(): void {
    if (performance.now() - this.#diskAskedAt > DISK_INTERVAL_MS) void this.#askDisk()
    for (const recorder of this.#recorders.values()) {
      try {
        recorder.tick()
      } catch (error) {
        // A store that is busy or full for a moment must not end the watch over all the others.
        this.#options.reportBug(error)
      }
    }
  }

  stop(): void {
    this.#end.abort()
    for (const recorder of this.#recorders.values()) recorder.stop()
    this.#release()
  }

  async #askDisk(): Promise<void> {
    if (this.session.host.status.kind !== 'connected' || this.#recorders.size === 0) return
    this.#diskAskedAt = performance.now()
    try {
      this.#disk = await this.session.engine.diskSpace({ signal: this.#end.signal })
    } catch (error) {
      if (!isSlipwayError(error) && !isCancellation(error)) this.#options.reportBug(error)
    }
  }
}
