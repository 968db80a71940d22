import { randomUUID } from 'node:crypto'
import { type Notice, type NoticeSettings, noticeSettingsSchema } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { SettingsStore } from '../storage/settings.ts'
import type { NoticeStore } from '../storage/stored-notices.ts'

const SETTING = 'notices'
/** As many are shown in a list. */
const SHOWN = 200
/** A page that does not read must not make the list of what it is to be told grow for ever. */
const MAX_WAITING = 100

/** What is to be told; the hub adds its id and the time. */
export type RaisedNotice = Omit<Notice, 'id' | 'at'>

/** What people should be told now. Each notice is kept; those of a kind that is switched off are told to nobody. */
export class Notices {
  readonly #store: NoticeStore
  readonly #settings: SettingsStore
  readonly #reportBug: (error: unknown) => void
  readonly #listeners = new Set<(notice: Notice) => void>()

  constructor(store: NoticeStore, settings: SettingsStore, reportBug: (error: unknown) => void) {
    this.#store = store
    this.#settings = settings
    this.#reportBug = reportBug
  }

  get settings(): NoticeSettings {
    return this.#settings.get(SETTING, noticeSettingsSchema) ?? noticeSettingsSchema.parse({})
  }

  setSettings(settings: NoticeSettings): void {
    this.#settings.set(SETTING, settings)
  }

  /** Texts have to be masked already. Never throws: one that cannot be kept, as on a full disk, is told all the same. */
  raise(raised: RaisedNotice): Notice {
    const notice: Notice = { ...raised, id: randomUUID(), at: new Date().toISOString() }
    this.#safely(() => this.#store.add(notice))
    if (this.#isTold(notice)) {
      for (const listener of [...this.#listeners]) this.#safely(() => listener(notice))
    }
    return notice
  }

  /** Newest first; of one stack, or of all. */
  list(ref: StackRef | null, limit = SHOWN): Notice[] {
    return this.#store.list(ref, limit)
  }

  /** Calls `listener` with each new notice that is to be told. Returns how to stop. */
  subscribe(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Each new notice that is to be told, until `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<Notice, void> {
    const waiting: Notice[] = []
    let wake = () => {}
    const stop = this.subscribe((notice) => {
      waiting.push(notice)
      if (waiting.length > MAX_WAITING) waiting.shift()
      wake()
    })
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      stop()
    }
  }

  /** Where nobody can say what is switched off, nothing is. */
  #isTold({ kind }: Notice): boolean {
    let isTold = true
    this.#safely(() => {
      isTold = this.settings.told[kind]
    })
    return isTold
  }

  #safely(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#reportBug(error)
    }
  }
}
