import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode, RefObject } from 'react'
import { count } from '../lib/format.ts'
import { type Columns, columnTitle } from './columns.ts'
import { FixedRows } from './fixed-rows.tsx'
import { HeadCell } from './grid-parts.tsx'
import classes from './log-list.module.css'
import { useLogScreen } from './log-screen.ts'
import type { LogSnapshot, LogView } from './log-view.ts'
import { ROW_PX } from './row-window.ts'
import { HEAD_PX } from './use-row-window.ts'
import { WrappedRows } from './wrapped-rows.tsx'

/** Of the widest monospaced face at the list's size: head and rows have other faces, and one width. */
const CHARACTER_PX = 7.6
const CELL_PADDING_PX = 16

interface LogListProps {
  readonly view: LogView
  readonly snapshot: LogSnapshot
  readonly columns: Columns
  readonly onOpen: () => void
  readonly onClose: () => void
  readonly ref: RefObject<HTMLDivElement | null>
  /** What is said in the place of rows, where there are none. */
  readonly empty: ReactNode
}

/** The lines, of which only those in sight exist as elements, however many there are. */
export function LogList({ view, snapshot, columns, onOpen, onClose, ref, empty }: LogListProps) {
  const { state, following, newLines } = snapshot
  const firstPlace = state?.firstPlace ?? 0
  const wraps = useLogScreen((screen) => screen.wraps)
  const Rows = wraps ? WrappedRows : FixedRows
  const style = {
    '--time-width': columns.withDay ? '140px' : '110px',
    '--service-width': `${Math.ceil(columns.serviceCharacters * CHARACTER_PX) + CELL_PADDING_PX}px`,
  } as CSSProperties
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of a million rows is drawn row by row */}
      <div
        ref={ref}
        role="grid"
        tabIndex={0}
        aria-label="Log lines"
        aria-rowcount={(state?.count ?? 0) + 1}
        className={classes.grid}
        style={style}
        onClick={(event) => selectClicked(event, view, onOpen)}
        onKeyDown={(event) => moveByKey(event, view, onOpen, onClose)}
      >
        <ListHead columns={columns} />
        <Rows scroller={ref} view={view} snapshot={snapshot} columns={columns} firstPlace={firstPlace} />
      </div>
      {empty ? <div className={classes.over}>{empty}</div> : null}
      {following || newLines === 0 ? null : (
        <Button
          className={classes.newer ?? ''}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => view.follow()}
        >
          {count(newLines, 'new line')}
        </Button>
      )}
    </div>
  )
}

function ListHead({ columns }: { readonly columns: Columns }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as the rows
    <div className={classes.head} role="row" aria-rowindex={1} tabIndex={-1}>
      <HeadCell className={classes.time}>Time</HeadCell>
      <HeadCell className={classes.service}>Service</HeadCell>
      <HeadCell className={classes.level}>Level</HeadCell>
      {columns.fields.map((field) => (
        <HeadCell key={field} className={classes.field} title={field}>
          {columnTitle(field, columns.fields)}
        </HeadCell>
      ))}
      <HeadCell className={classes.message}>Message</HeadCell>
    </div>
  )
}

function selectClicked(event: MouseEvent<HTMLDivElement>, view: LogView, onOpen: () => void): void {
  // A drag over text is a selection of text, not of a row.
  if (window.getSelection()?.toString()) return
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null
  if (!element) return
  const place = Number(element.dataset.place)
  const row = view.rowAt(place)
  if (!row) return
  view.select({ id: row.id, place })
  onOpen()
}

/** Where the keyboard is, and between which places it can move. */
interface Ends {
  readonly at: number
  readonly first: number
  readonly last: number
}

/** Where a key leads to; `page` is how many rows are in sight. */
const STEPS: Readonly<Record<string, (ends: Ends, page: number) => number>> = {
  ArrowUp: ({ at }) => at - 1,
  ArrowDown: ({ at }) => at + 1,
  PageUp: ({ at }, page) => at - page,
  PageDown: ({ at }, page) => at + page,
  Home: ({ first }) => first,
  End: ({ last }) => last,
}

function endsOf({ state, selected }: LogSnapshot): Ends {
  const first = state?.firstPlace ?? 0
  const last = first + (state?.count ?? 0) - 1
  return { at: selected?.place ?? last + 1, first, last }
}

/** Moves the keyboard over the rows as over a list. Keys with modifiers are the browser's. */
function moveByKey(event: KeyboardEvent<HTMLDivElement>, view: LogView, onOpen: () => void, onClose: () => void) {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { state, selected } = view.getSnapshot()
  if (!state || state.count === 0) return
  const page = Math.max(1, Math.floor((event.currentTarget.clientHeight - HEAD_PX) / ROW_PX) - 1)
  const step = STEPS[event.key]
  if (step) void view.move((snapshot) => step(endsOf(snapshot), page))
  else if (event.key === 'Enter' && selected) onOpen()
  else if (event.key === 'Escape') onClose()
  else return
  event.preventDefault()
}
