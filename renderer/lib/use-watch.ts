import { replaceEqualDeep } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { onReconnect } from './client.ts'
import { Watch, type WatchOptions, type WatchState } from './watch.ts'

// A watch is kept under its key, so that a sidebar and a page share one iterator. The types are re-established by `useReducedWatch`.
const watches = new Map<string, Watch<unknown, unknown>>()

onReconnect(() => {
  for (const watch of watches.values()) watch.restart()
})

function watchFor<E, T>(key: string, options: WatchOptions<E, T>): Watch<E, T> {
  const known = watches.get(key)
  if (known) return known as Watch<E, T>
  const created = new Watch<E, T>(options, () => watches.delete(key))
  watches.set(key, created as Watch<unknown, unknown>)
  return created
}

/** Opens a watch anew that ended with what it watched: an operation that was resumed has more to tell. */
export function restartWatch(key: readonly string[]): void {
  watches.get(JSON.stringify(key))?.restart()
}

/** Follows a `watch…` procedure whose events are parts, folded by `reduce`. The key must name procedure and input. */
export function useReducedWatch<E, T>(key: readonly string[], options: WatchOptions<E, T>): WatchState<T> {
  const watch = watchFor(JSON.stringify(key), options)
  return useSyncExternalStore(watch.subscribe, watch.getState)
}

/** What is as it was stays the same object, so that only what changed is drawn anew. */
const latest = <T>(previous: T | null, event: T): T =>
  previous === null ? event : (replaceEqualDeep(previous, event) as T)

/** Follows a `watch…` procedure whose every event is the whole picture. Closed when nobody looks any more. */
export function useWatch<T>(
  key: readonly string[],
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
): WatchState<T> {
  return useReducedWatch<T, T>(key, { open, reduce: latest })
}

/** A word out of such a picture: who looks is drawn anew only when that word changes. */
export function useWatchedWord<T>(
  key: readonly string[],
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  select: (data: T) => string | null,
): string | null {
  const watch = watchFor<T, T>(JSON.stringify(key), { open, reduce: latest })
  return useSyncExternalStore(watch.subscribe, () => {
    const { data } = watch.getState()
    return data === null ? null : select(data)
  })
}
