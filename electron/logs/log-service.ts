import type {
  LogFilter,
  LogLineDetail,
  LogRow,
  LogViewState,
  SavedFilter,
  WatchRule,
} from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { StackService } from '../stacks/stack-service.ts'
import type { LogSettings } from './log-settings.ts'

export interface LogServiceOptions {
  readonly stacks: StackService
  readonly settings: LogSettings
}

/** The logs of stacks as pages look at them. */
export class LogService {
  readonly #options: LogServiceOptions

  constructor(options: LogServiceOptions) {
    this.#options = options
  }

  // biome-ignore lint/correctness/useYield: not there yet
  async *watch(
    _ref: StackRef,
    { viewId }: { viewId: string },
    _signal: AbortSignal,
  ): AsyncGenerator<LogViewState, void> {
    throw closedView(viewId)
  }

  setFilter(viewId: string, _filter: LogFilter): { revision: number } {
    throw closedView(viewId)
  }

  rows(viewId: string): { revision: number; from: number; rows: LogRow[] } {
    throw closedView(viewId)
  }

  place(viewId: string): { revision: number; place: number | null } {
    throw closedView(viewId)
  }

  line(viewId: string): LogLineDetail | null {
    throw closedView(viewId)
  }

  search(viewId: string): void {
    throw closedView(viewId)
  }

  stopSearch(viewId: string): void {
    throw closedView(viewId)
  }

  // biome-ignore lint/correctness/useYield: not there yet
  async *exportLines(viewId: string): AsyncGenerator<{ text: string }, void> {
    throw closedView(viewId)
  }

  savedFilters(ref: StackRef): SavedFilter[] {
    return this.#options.settings.filters(ref)
  }

  saveFilter(ref: StackRef, filter: SavedFilter): void {
    this.#options.settings.saveFilter(ref, filter)
  }

  removeFilter(ref: StackRef, id: string): void {
    this.#options.settings.removeFilter(ref, id)
  }

  watchRules(ref: StackRef): WatchRule[] {
    return this.#options.settings.rules(ref)
  }

  saveRule(ref: StackRef, rule: WatchRule): void {
    this.#options.settings.saveRule(ref, rule)
  }

  removeRule(ref: StackRef, id: string): void {
    this.#options.settings.removeRule(ref, id)
  }

  async dispose(): Promise<void> {}
}

function closedView(viewId: string): SlipwayError {
  return new SlipwayError('log.view-closed', `There is no view ${viewId} of a log.`, { hint: 'Open the logs again.' })
}
