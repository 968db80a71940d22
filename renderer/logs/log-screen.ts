import { create } from 'zustand'
import type { LogFilter } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'

interface LogScreen {
  readonly wraps: boolean
  /** Names of key fields that have no column. */
  readonly hiddenFields: ReadonlySet<string>
  /** The filter of each stack, so that it is still there after a look at another tab. */
  readonly filters: ReadonlyMap<string, LogFilter>
  readonly toggleWraps: () => void
  readonly toggleField: (field: string) => void
  readonly keepFilter: (ref: StackRef, filter: LogFilter) => void
}

export const stackKey = ({ hostId, project }: StackRef): string => JSON.stringify([hostId, project])

/** How the logs are looked at. No line and nothing that the main process said is in here. */
export const useLogScreen = create<LogScreen>()((set) => ({
  wraps: false,
  hiddenFields: new Set(),
  filters: new Map(),
  toggleWraps: () => set(({ wraps }) => ({ wraps: !wraps })),
  toggleField: (field) =>
    set((screen) => {
      const hiddenFields = new Set(screen.hiddenFields)
      if (!hiddenFields.delete(field)) hiddenFields.add(field)
      return { hiddenFields }
    }),
  keepFilter: (ref, filter) => set(({ filters }) => ({ filters: new Map(filters).set(stackKey(ref), filter) })),
}))
