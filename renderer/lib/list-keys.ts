import type { KeyboardEvent } from 'react'

/** Marks what the arrow keys go through. */
export const LIST_KEY_TARGET = { 'data-list-target': '' } as const

/** Arrow keys, Home and End go from one marked element within to the next. */
export function moveByKeys(event: KeyboardEvent<HTMLElement>): void {
  const targets = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-list-target]')]
  const focused = document.activeElement
  const now = focused instanceof HTMLElement ? targets.indexOf(focused) : -1
  if (now === -1) return
  const next = nextPlace(event.key, now, targets.length)
  if (next === null) return
  event.preventDefault()
  targets[next]?.focus()
}

function nextPlace(key: string, now: number, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(now + 1, length - 1)
    case 'ArrowUp':
      return Math.max(now - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return length - 1
    default:
      return null
  }
}
