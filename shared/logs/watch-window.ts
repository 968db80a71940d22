/** Counts the lines that pass the filter of a watch rule, in a window that slides with their times. */
export interface WatchWindow {
  /** Adds a line. True: with it there are more than the rule allows, and this is to be told now. */
  add(timeMs: number): boolean
}

/**
 * Tells once when more than `moreThan` lines lie within `withinSeconds`. It tells again only after the window held no
 * more than that in between, and not before the window has passed: a steady stream is one notice, not one a line.
 */
export function createWatchWindow(rule: { moreThan: number; withinSeconds: number }): WatchWindow {
  const size = rule.moreThan + 1
  const windowMs = rule.withinSeconds * 1000
  /** The last times, as a ring: only as many as the rule counts. It grows with the lines there are. */
  const times: number[] = []
  let oldest = 0
  let newestMs = Number.NEGATIVE_INFINITY
  let toldMs = Number.NEGATIVE_INFINITY
  let isArmed = true

  const isOver = (nowMs: number) => times.length === size && nowMs - (times[oldest] ?? nowMs) < windowMs

  function push(timeMs: number): void {
    if (times.length < size) times.push(timeMs)
    else {
      times[oldest] = timeMs
      oldest = (oldest + 1) % size
    }
  }

  function add(timeMs: number): boolean {
    if (timeMs <= newestMs - windowMs) return false
    newestMs = Math.max(newestMs, timeMs)
    if (!isOver(newestMs) && newestMs - toldMs >= windowMs) isArmed = true
    push(timeMs)
    if (!isArmed || !isOver(newestMs)) return false
    isArmed = false
    toldMs = newestMs
    return true
  }

  return { add }
}
