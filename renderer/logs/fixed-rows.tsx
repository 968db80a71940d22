import { type RefObject, useSyncExternalStore } from 'react'
import type { Columns } from './columns.ts'
import { RowSpace } from './grid-parts.tsx'
import { LogRowView } from './log-row.tsx'
import { isSelected, type LogSnapshot, type LogView } from './log-view.ts'
import { ROW_PX } from './row-window.ts'
import { useActiveRow } from './use-active-row.ts'
import { useRowWindow } from './use-row-window.ts'

export interface RowsProps {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly view: LogView
  readonly snapshot: LogSnapshot
  readonly columns: Columns
  readonly firstPlace: number
}

/** More rows than any window shows. Elements are kept by this turn, so that scrolling moves them instead of making new ones. */
const ELEMENTS = 256

/** Rows of one height: where each is, is a matter of arithmetic, for a million as for ten. */
export function FixedRows({ scroller, view, snapshot, columns, firstPlace }: RowsProps) {
  const { from, to, heightPx, topPx } = useRowWindow(scroller, view, snapshot)
  useSyncExternalStore(view.subscribe, view.getRowsVersion)
  useActiveRow(scroller, snapshot.selected?.place ?? null)
  const places = Array.from({ length: Math.max(0, to - from) }, (_, index) => firstPlace + from + index)
  return (
    <RowSpace heightPx={heightPx}>
      {places.map((place, index) => (
        <LogRowView
          key={place % ELEMENTS}
          row={view.rowAt(place)}
          place={place}
          rowIndex={place - firstPlace + 2}
          topPx={topPx + index * ROW_PX}
          columns={columns}
          isSelected={isSelected(view.rowAt(place), snapshot)}
          mark={snapshot.filter.regularExpression ? '' : snapshot.filter.text}
        />
      ))}
    </RowSpace>
  )
}
