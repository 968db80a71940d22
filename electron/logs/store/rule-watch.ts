import type { WatchRule } from '../../../shared/contract/logs.ts'
import { KIND } from './chunk.ts'
import { indexOf, type Ref } from './entries.ts'
import { EntryFilter } from './entry-filter.ts'
import type { LogStore } from './log-store.ts'
import type { RuleHit } from './messages.ts'
import { RuleCounter } from './rule-counter.ts'
import { endsInTime } from './run-guarded.ts'

/** A message is read in a notification. */
const MAX_MESSAGE = 300

interface Watched {
  readonly rule: WatchRule
  readonly filter: EntryFilter
  readonly counter: RuleCounter
}

/** Looks at lines as they come for those that meet watch rules. */
export class RuleWatch {
  readonly #store: LogStore
  #watched: readonly Watched[] = []
  #sinceMs = 0

  constructor(store: LogStore) {
    this.#store = store
  }

  /** Lines of before `sinceMs`, by the engine's clock, are history. A rule that stays as it was goes on counting. */
  set(rules: readonly WatchRule[], sinceMs: number): void {
    const before = new Map(this.#watched.map((watched) => [JSON.stringify(watched.rule), watched]))
    this.#watched = rules.flatMap((rule) => before.get(JSON.stringify(rule)) ?? this.#watch(rule) ?? [])
    this.#sinceMs = sinceMs
  }

  look(refs: readonly Ref[]): RuleHit[] {
    if (this.#watched.length === 0) return []
    const lines = refs.filter((ref) => this.#isNewLine(ref))
    return this.#watched.flatMap((watched) => this.#hits(watched, lines))
  }

  #watch(rule: WatchRule): Watched | null {
    try {
      const filter = new EntryFilter(rule.filter, this.#store.context)
      return { rule, filter, counter: new RuleCounter(rule.moreThan, rule.withinSeconds * 1_000) }
    } catch {
      // An expression that cannot be read was refused when the rule was saved; an older one is met by nothing.
      return null
    }
  }

  #hits({ rule, filter, counter }: Watched, lines: readonly Ref[]): RuleHit[] {
    const hits: RuleHit[] = []
    const look = () => {
      for (const ref of lines) {
        if (!filter.passes(ref)) continue
        const count = counter.add(this.#store.entries.timeMs(ref))
        if (count !== null) hits.push(this.#describe(rule, ref, count))
      }
    }
    if (!filter.mayHang) look()
    else if (!endsInTime(look)) this.#watched = this.#watched.filter((watched) => watched.rule !== rule)
    return hits
  }

  #describe(rule: WatchRule, ref: Ref, count: number): RuleHit {
    const { time, service, message } = this.#store.reader.row(ref)
    return { ruleId: rule.id, count, time, service, message: message.slice(0, MAX_MESSAGE) }
  }

  #isNewLine(ref: Ref): boolean {
    const chunk = this.#store.entries.chunk(ref)
    const index = indexOf(ref)
    return chunk.kinds[index] === KIND.line && (chunk.timesMs[index] as number) >= this.#sinceMs
  }
}
