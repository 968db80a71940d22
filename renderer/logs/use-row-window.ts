import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { LogSnapshot, LogView } from './log-view.ts'
import { maximumScrollPx, ROW_PX, type RowWindow, rowToShow, rowWindow, scrollTopFor } from './row-window.ts'

/** Height of the list's head. The style sheet has the same. */
export const HEAD_PX = 26
/** As near to the end as this is at the end: fractions of pixels, and zoom. */
const END_PX = 4

/** The part of the list that is drawn, kept in step with scrolling, following and jumps. */
export function useRowWindow(
  scroller: RefObject<HTMLDivElement | null>,
  view: LogView,
  { state, following, jump }: LogSnapshot,
): RowWindow {
  const [scrollTop, setScrollTop] = useState(0)
  const [viewPx, setViewPx] = useState(0)
  const count = state?.count ?? 0
  const firstPlace = state?.firstPlace ?? 0
  const measure = { count, viewPx, maximumPx: maximumScrollPx() }
  const shown = rowWindow({ ...measure, scrollTop })
  const known = useRef({ firstPlace, revision: state?.revision, top: 0, turn: jump?.turn ?? 0 })

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setViewPx(Math.max(0, element.clientHeight - HEAD_PX)))
    observer.observe(element)
    const onScroll = () => {
      const top = element.scrollTop
      const isAtEnd = top + element.clientHeight >= element.scrollHeight - END_PX
      const isUp = top < known.current.top
      const isDown = top > known.current.top
      known.current.top = top
      if (!isAtEnd && isUp) view.pause()
      else if (isAtEnd && isDown && !view.getSnapshot().following) view.follow()
      // Before the frame is painted: a list that comes a frame late shows an empty edge.
      flushSync(() => setScrollTop(top))
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller, view])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the picture that came is the reason to move
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || viewPx === 0) return
    const before = known.current
    const moveTo = (row: number) => {
      const top = scrollTopFor(row, measure)
      known.current.top = top
      element.scrollTop = top
      setScrollTop(element.scrollTop)
    }
    const shift = before.firstPlace - firstPlace
    const isSame = before.revision === state?.revision
    known.current = { ...before, firstPlace, revision: state?.revision, turn: jump?.turn ?? 0 }
    if (following) return moveTo(count)
    if (jump && jump.turn !== before.turn) {
      const index = jump.place - firstPlace
      const rows = viewPx / ROW_PX
      const row =
        jump.align === 'center' ? index - rows / 2 : rowToShow(index, shown.topRow + (isSame ? shift : 0), viewPx)
      if (row !== null) moveTo(Math.max(0, row))
      return
    }
    // Older rows came or went: what is looked at stays where it is.
    if (isSame && shift !== 0) moveTo(Math.max(0, shown.topRow + shift))
  }, [state, viewPx, following, jump])

  const { from, to } = shown
  useEffect(() => {
    view.show({ from: firstPlace + from, to: firstPlace + to })
  }, [view, firstPlace, from, to])

  return shown
}
