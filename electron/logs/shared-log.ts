import type { SlipwayError } from '../../shared/errors.ts'
import type { LogStoreClient } from './log-store-client.ts'
import type { LogTarget } from './log-target.ts'
import type { LogThread } from './log-thread.ts'
import type { LogView } from './log-view.ts'
import { StackLog } from './stack-log.ts'

/** Enough for more than half a million lines of the usual length. */
const LIMIT_BYTES = 128 * 1024 * 1024

export interface SharedLogOptions {
  readonly target: LogTarget
  readonly thread: LogThread
  readonly tailLines: number
  readonly limitBytes?: number | undefined
  readonly reportBug: (error: unknown) => void
}

/** One stack's tail and store with the views that share them. Stop it when the last has gone. */
export class SharedLog {
  readonly target: LogTarget
  readonly store: LogStoreClient
  readonly tail: StackLog
  readonly views = new Map<string, LogView>()
  /** The thread ended by itself: new views need another one. */
  failure: SlipwayError | null = null

  constructor({ target, thread, tailLines, limitBytes = LIMIT_BYTES, reportBug }: SharedLogOptions) {
    this.target = target
    this.store = thread.open({ limitBytes })
    this.store.onView = (state) => this.views.get(state.viewId)?.take(state)
    this.store.onFailure = (failure) => {
      this.failure = failure
      for (const view of this.views.values()) view.fail(failure)
    }
    this.tail = new StackLog({ target, store: this.store, tailLines, reportBug, onChange: () => this.#tellAll() })
  }

  /** Resolves when nothing of it is open on the host any more. */
  async stop(): Promise<void> {
    const stopped = this.tail.stop()
    // The tail may be waiting for room in it.
    this.store.close()
    await stopped
  }

  #tellAll(): void {
    for (const view of this.views.values()) view.tell()
  }
}
