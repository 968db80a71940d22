import { create } from 'zustand'
import type { Observed } from '../../shared/contract/monitor.ts'

interface FleetView {
  readonly text: string
  readonly states: ReadonlySet<Observed>
  readonly grouped: boolean
  readonly setText: (text: string) => void
  readonly toggleState: (state: Observed) => void
  readonly setGrouped: (grouped: boolean) => void
  readonly clear: () => void
}

/** How the list of stacks is looked at; it stays so while one looks at a stack and comes back. */
export const useFleetView = create<FleetView>()((set) => ({
  text: '',
  states: new Set(),
  grouped: false,
  setText: (text) => set({ text }),
  toggleState: (state) =>
    set(({ states }) => {
      const next = new Set(states)
      if (!next.delete(state)) next.add(state)
      return { states: next }
    }),
  setGrouped: (grouped) => set({ grouped }),
  clear: () => set({ text: '', states: new Set() }),
}))
