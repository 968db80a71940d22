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
    set(({ unfolded }) => ({
      unfolded: unfolded.has(key) ? unfolded.difference(new Set([key])) : unfolded.union(new Set([key])),
    })),
}))
