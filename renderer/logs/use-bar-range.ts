import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import type { Bar } from './histogram.ts'

/** Bars from the first to the last, both included; `anchor` is where the stretch was begun. */
interface BarRange {
  readonly anchor: number
  readonly head: number
}

export interface BarRangeControl {
  /** What is chosen while it is being chosen. */
  readonly first: number | null
  readonly last: number | null
  readonly hover: number | null
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerLeave: () => void
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
    readonly onBlur: () => void
  }
  /** Where the keyboard is. */
  readonly head: number
}

/** Choosing a stretch of bars by dragging, or by arrows (with Shift to extend) and Enter. */
export function useBarRange(
  bars: readonly Bar[],
  onZoom: (fromMs: number, toMs: number) => void,
  onReset: () => void,
): BarRangeControl {
  const [range, setRange] = useState<BarRange | null>(null)
  const [hover, setHover] = useState<number | null>(null)
  const [isDragging, setDragging] = useState(false)
  const last = Math.max(0, bars.length - 1)
  const within = (index: number) => Math.max(0, Math.min(last, index))
  const head = within(range?.head ?? last)

  const barAt = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return within(Math.floor(((event.clientX - left) / width) * bars.length))
  }
  const zoom = ({ anchor, head: end }: BarRange) => {
    const from = bars[within(Math.min(anchor, end))]
    const to = bars[within(Math.max(anchor, end))]
    setRange(null)
    if (from && to) onZoom(from.fromMs, to.toMs)
  }

  return {
    first: range ? within(Math.min(range.anchor, range.head)) : null,
    last: range ? within(Math.max(range.anchor, range.head)) : null,
    hover,
    head,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0 || bars.length === 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const bar = barAt(event)
        setDragging(true)
        setRange({ anchor: bar, head: bar })
      },
      onPointerMove: (event) => {
        const bar = barAt(event)
        setHover(bar)
        if (isDragging) setRange((known) => (known ? { ...known, head: bar } : known))
      },
      onPointerUp: () => {
        setDragging(false)
        if (isDragging && range) zoom(range)
      },
      onPointerLeave: () => setHover(null),
      onBlur: () => setRange(null),
      onKeyDown: (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || bars.length === 0) return
        const steps: Readonly<Record<string, number>> = {
          ArrowLeft: head - 1,
          ArrowRight: head + 1,
          PageUp: head - 10,
          PageDown: head + 10,
          Home: 0,
          End: last,
        }
        const step = steps[event.key]
        if (step !== undefined) {
          const to = within(step)
          setRange({ anchor: event.shiftKey && range ? range.anchor : event.shiftKey ? head : to, head: to })
        } else if (event.key === 'Enter') zoom(range ?? { anchor: head, head })
        else if (event.key === 'Escape') {
          if (range) setRange(null)
          else onReset()
        } else return
        event.preventDefault()
      },
    },
  }
}
