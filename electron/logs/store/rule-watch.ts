import type { WatchRule } from '../../../shared/contract/logs.ts'
import { createWatchWindow, type WatchWindow } from '../../../shared/logs/watch-window.ts'
import { KIND } from './chunk.ts'
import { indexOf, type Ref } from './entries.ts'
import { EntryFilter } from './entry-filter.ts'
import type { LogStore } from './log-store.ts'
import type { RuleHit } from './messages.ts'

/** A message is read in a notification. */
const MAX_MESSAGE = 300

interface Watched {
  readonly rule: WatchRule
  readonly filter: EntryFilter
  readonly window: WatchWindow
}

/** Looks at lines as they come for those that meet watch rules. */
export class RuleWatch {
  readonly #store: LogStore
  #watched: readonly Watched[] = []

  constructor(store: LogStore) {
    this.#store = store
  }

  /** A rule that stays as it was goes on counting. */
  set(rules: readonly WatchRule[]): void {
    const before = new Map(this.#watched.map((watched) => [JSON.stringify(watched.rule), watched]))
    this.#watched = rules.flatMap((rule) => before.get(JSON.stringify(rule)) ?? this.#watch(rule) ?? [])
  }

  look(refs: readonly Ref[]): RuleHit[] {
    if (this.#watched.length === 0) return []
    const lines = refs.filter((ref) => this.#isLine(ref))
    return this.#watched.flatMap((watched) => this.#hits(watched, lines))
  }

  #watch(rule: WatchRule): Watched | null {
    try {
      const filter = new EntryFilter(rule.filter, this.#store.context)
      return { rule, filter, window: createWatchWindow(rule) }
    } catch {
      // An expression that cannot be read was refused when the rule was saved; an older one is met by nothing.
      return null
    }
  }

  #hits({ rule, filter, window }: Watched, lines: readonly Ref[]): RuleHit[] {
    return lines
      .filter((ref) => filter.passes(ref) && window.add(this.#store.entries.timeMs(ref)))
      .map((ref) => {
        const { time, service, message } = this.#store.reader.row(ref)
        return { ruleId: rule.id, time, service, message: message.slice(0, MAX_MESSAGE) }
      })
  }

  #isLine(ref: Ref): boolean {
    return this.#store.entries.chunk(ref).kinds[indexOf(ref)] === KIND.line
  }
}
