import { IconAlertTriangle, IconBox, IconPlayerSkipForward } from '@tabler/icons-react'
import { memo, type Ref } from 'react'
import type { LogRow } from '../../shared/contract/logs.ts'
import { count, formatExact } from '../lib/format.ts'
import type { StateLook } from '../lib/states.ts'
import type { Columns } from './columns.ts'
import { Cell } from './grid-parts.tsx'
import { LEVEL_LOOKS } from './level-looks.ts'
import classes from './log-list.module.css'
import { formatLineTime } from './log-time.ts'
import { MarkedText } from './marked-text.tsx'

/** Rows that are no lines say what happened in between. */
const EVENT_LOOKS: Readonly<Record<Exclude<LogRow['kind'], 'line'>, StateLook>> = {
  gap: { tone: 'warn', icon: IconAlertTriangle, word: 'Gap' },
  skipped: { tone: 'warn', icon: IconPlayerSkipForward, word: 'Skipped' },
  container: { tone: 'idle', icon: IconBox, word: 'Container' },
}

interface LogRowViewProps {
  /** Null: not read yet. */
  readonly row: LogRow | null
  readonly place: number
  /** Among all rows of the list, the head included, from 1. */
  readonly rowIndex: number
  readonly topPx: number
  readonly columns: Columns
  readonly isSelected: boolean
  /** What is searched for, to be marked. */
  readonly mark: string
  /** Set where rows are as tall as their text. */
  readonly measure?: Ref<HTMLDivElement>
  readonly index?: number
}

/** One row of the list. The list has the handlers: a row is only drawn. */
export const LogRowView = memo(function LogRowView(props: LogRowViewProps) {
  const { row, place, rowIndex, topPx, isSelected, measure, index } = props
  const look = row ? (row.kind === 'line' ? LEVEL_LOOKS[row.level ?? 'none'] : EVENT_LOOKS[row.kind]) : null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of a million rows is drawn row by row
    <div
      role="row"
      tabIndex={-1}
      id={rowId(place)}
      ref={measure}
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      className={classes.row}
      style={{ transform: `translateY(${topPx}px)` }}
      data-place={place}
      data-index={index}
      data-kind={row?.kind}
      data-level={row?.kind === 'line' ? (row.level ?? undefined) : undefined}
      data-tone={look?.tone}
      data-wrap={measure ? true : undefined}
    >
      {row === null || look === null ? (
        <Cell className={classes.blank} label="Loading" />
      ) : row.kind === 'line' ? (
        <LineCells {...props} row={row} look={look} />
      ) : (
        <EventCells {...props} row={row} look={look} />
      )}
    </div>
  )
})

/** Id of a row's element, for the list's active descendant. */
export const rowId = (place: number): string => `log-row-${place}`

type CellsProps = Omit<LogRowViewProps, 'row'> & { readonly row: LogRow; readonly look: StateLook }

function TimeAndService({ row, columns }: CellsProps) {
  return (
    <>
      <Cell className={classes.time} title={`${formatExact(row.time)}\n${row.time}`}>
        {formatLineTime(row.time, columns.withDay)}
      </Cell>
      <Cell className={classes.service} title={row.service}>
        {row.service}
      </Cell>
    </>
  )
}

function LineCells(props: CellsProps) {
  const { row, look, columns, mark } = props
  return (
    <>
      <TimeAndService {...props} />
      <Cell className={classes.level} title={row.level === null ? 'The line says no level' : undefined}>
        {row.level === null ? (
          '–'
        ) : (
          <>
            <look.icon size={13} stroke={2} aria-hidden />
            {look.word}
          </>
        )}
      </Cell>
      {columns.fields.map((field) => (
        <Cell key={field} className={classes.field} title={row.fields[field]}>
          {row.fields[field]}
        </Cell>
      ))}
      <Cell className={classes.message}>
        <MarkedText text={row.message} mark={mark} />
        {row.cut ? '…' : null}
        {row.extraLines > 0 ? <span className={classes.more}>+ {count(row.extraLines, 'line')}</span> : null}
      </Cell>
    </>
  )
}

function EventCells(props: CellsProps) {
  const { row, look, columns } = props
  return (
    <>
      <TimeAndService {...props} />
      <Cell className={classes.event} colSpan={columns.fields.length + 2} title={row.message}>
        <look.icon size={14} stroke={2} aria-hidden />
        <span className={classes.word}>{look.word}</span>
        <span className={classes.eventText}>{row.message}</span>
      </Cell>
    </>
  )
}
