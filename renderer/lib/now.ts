import { useSyncExternalStore } from 'react'

/** Ages are shown to the second at best; one timer serves every clock on the page. */
const TICK_MS = 1000

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null
let nowMs = Date.now()

function tick() {
  nowMs = Date.now()
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (!timer) {
    nowMs = Date.now()
    timer = setInterval(tick, TICK_MS)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || !timer) return
    clearInterval(timer)
    timer = null
  }
}

/** This computer's time in milliseconds, renewed each second while somebody looks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}
