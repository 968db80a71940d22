import { z } from 'zod'
import { type SavedFilter, savedFilterSchema, type WatchRule, watchRuleSchema } from '../../shared/contract/logs.ts'
import { type StackRef, stackRefSchema } from '../../shared/contract/stacks.ts'
import type { SettingsStore } from '../storage/settings.ts'

const SETTING = 'logs'

const ofStackSchema = z.object({
  ref: stackRefSchema,
  filters: z.array(savedFilterSchema),
  rules: z.array(watchRuleSchema),
})
type OfStack = z.infer<typeof ofStackSchema>

/** Saved filters and watch rules of all stacks, kept on this computer. */
export class LogSettings {
  readonly #store: SettingsStore

  constructor(store: SettingsStore) {
    this.#store = store
  }

  /** Every stack that something is kept for. */
  all(): OfStack[] {
    return this.#store.get(SETTING, z.array(ofStackSchema)) ?? []
  }

  filters(ref: StackRef): SavedFilter[] {
    return this.#of(ref).filters
  }

  rules(ref: StackRef): WatchRule[] {
    return this.#of(ref).rules
  }

  saveFilter(ref: StackRef, filter: SavedFilter): void {
    this.#change(ref, (of) => ({ ...of, filters: replaced(of.filters, filter) }))
  }

  removeFilter(ref: StackRef, id: string): void {
    this.#change(ref, (of) => ({ ...of, filters: of.filters.filter((kept) => kept.id !== id) }))
  }

  saveRule(ref: StackRef, rule: WatchRule): void {
    this.#change(ref, (of) => ({ ...of, rules: replaced(of.rules, rule) }))
  }

  removeRule(ref: StackRef, id: string): void {
    this.#change(ref, (of) => ({ ...of, rules: of.rules.filter((kept) => kept.id !== id) }))
  }

  /** What is kept for the stacks of a host goes with it. */
  forgetHost(hostId: string): void {
    this.#store.set(
      SETTING,
      this.all().filter(({ ref }) => ref.hostId !== hostId),
    )
  }

  #of(ref: StackRef): OfStack {
    return this.all().find(isOf(ref)) ?? { ref, filters: [], rules: [] }
  }

  #change({ hostId, project }: StackRef, change: (of: OfStack) => OfStack): void {
    const ref = { hostId, project }
    const changed = change(this.#of(ref))
    const others = this.all().filter((of) => !isOf(ref)(of))
    const isEmpty = changed.filters.length === 0 && changed.rules.length === 0
    this.#store.set(SETTING, isEmpty ? others : [...others, changed])
  }
}

function isOf({ hostId, project }: StackRef) {
  return ({ ref }: OfStack) => ref.hostId === hostId && ref.project === project
}

/** In the place of the one with the same id, or at the end. */
function replaced<T extends { readonly id: string }>(items: readonly T[], item: T): T[] {
  const isKnown = items.some(({ id }) => id === item.id)
  return isKnown ? items.map((kept) => (kept.id === item.id ? item : kept)) : [...items, item]
}
