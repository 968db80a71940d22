import { create } from 'zustand'

interface ScreenState {
  /** Keys of what is unfolded, so that it stays unfolded while one looks at another tab. */
  readonly unfolded: ReadonlySet<string>
  readonly toggleUnfolded: (key: string) => void
}

/** What is only on the screen and outlives a page; never what a host or the main process said. */
export const useScreenState = create<ScreenState>()((set) => ({
  unfolded: new Set(),
  toggleUnfolded: (key) =>
    set((state) => {
      const unfolded = new Set(state.unfolded)
      if (!unfolded.delete(key)) unfolded.add(key)
      return { unfolded }
    }),
}))
