import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RowsProps } from './fixed-rows.tsx'
import { RowSpace } from './grid-parts.tsx'
import { LogRowView } from './log-row.tsx'
import { isSelected } from './log-view.ts'
import { ROW_PX } from './row-window.ts'
import { useActiveRow } from './use-active-row.ts'
import { HEAD_PX } from './use-row-window.ts'

/** Rows whose heights are measured: enough to scroll through by hand, few enough to add up while lines come. */
const SEGMENT_ROWS = 4000
const STEP_ROWS = SEGMENT_ROWS / 2
/** So near to an edge of the segment the next one begins. */
const EDGE_ROWS = 60
const END_PX = 4

/** Rows as tall as their text. Of many only a segment can be scrolled through at once; it moves along. */
export function WrappedRows({ scroller, view, snapshot, columns, firstPlace }: RowsProps) {
  const { state, following, jump, selected, filter } = snapshot
  const end = firstPlace + (state?.count ?? 0)
  const [begin, setBegin] = useState(() => view.getSnapshot().jump?.place ?? 0)
  const tailBegin = Math.max(firstPlace, end - SEGMENT_ROWS)
  const base = following ? tailBegin : Math.max(firstPlace, Math.min(begin, tailBegin))
  const size = Math.min(SEGMENT_ROWS, end - base)
  const turn = useRef(jump?.turn ?? 0)
  const lastTop = useRef(0)

  const virtualizer = useVirtualizer({
    count: size,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => base + index,
    overscan: 8,
    scrollPaddingStart: HEAD_PX,
  })
  const items = virtualizer.getVirtualItems()
  const from = base + (items[0]?.index ?? 0)
  const to = base + (items.at(-1)?.index ?? -1) + 1

  useSyncExternalStore(view.subscribe, view.getRowsVersion)
  useActiveRow(scroller, selected?.place ?? null)
  useEffect(() => view.show({ from, to }), [view, from, to])

  useLayoutEffect(() => {
    if (following) {
      if (size > 0) virtualizer.scrollToIndex(size - 1, { align: 'end' })
      return
    }
    if (!jump || jump.turn === turn.current) return
    const isInside = jump.place >= base && jump.place < base + size
    if (!isInside) return setBegin(Math.max(firstPlace, jump.place - STEP_ROWS))
    turn.current = jump.turn
    virtualizer.scrollToIndex(jump.place - base, { align: jump.align === 'center' ? 'center' : 'auto' })
  }, [following, jump, base, size, firstPlace, virtualizer])

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = () => {
      const isUp = element.scrollTop < lastTop.current
      const isDown = element.scrollTop > lastTop.current
      lastTop.current = element.scrollTop
      const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - END_PX
      if (isUp && !isAtEnd && view.getSnapshot().following) {
        setBegin(base)
        view.pause()
      } else if (isDown && isAtEnd && base + size === end && !view.getSnapshot().following) view.follow()
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller, view, base, size, end])

  // Near an edge of the segment, the next one begins, with the same row at the same height.
  useLayoutEffect(() => {
    if (following || items.length === 0) return
    const isNearBegin = from - base < EDGE_ROWS && base > firstPlace
    const isNearEnd = base + size - to < EDGE_ROWS && base + size < end
    if (!isNearBegin && !isNearEnd) return
    const next = Math.max(firstPlace, Math.min(tailBegin, base + (isNearBegin ? -STEP_ROWS : STEP_ROWS)))
    if (next === base) return
    setBegin(next)
    virtualizer.scrollToIndex(from - next, { align: 'start' })
  }, [following, from, to, base, size, end, firstPlace, tailBegin, items.length, virtualizer])

  return (
    <RowSpace heightPx={virtualizer.getTotalSize()}>
      {items.map((item) => {
        const place = base + item.index
        return (
          <LogRowView
            key={place}
            index={item.index}
            measure={virtualizer.measureElement}
            row={view.rowAt(place)}
            place={place}
            rowIndex={place - firstPlace + 2}
            topPx={item.start}
            columns={columns}
            isSelected={isSelected(view.rowAt(place), snapshot)}
            mark={filter.regularExpression ? '' : filter.text}
          />
        )
      })}
    </RowSpace>
  )
}
