import type { ReactNode } from 'react'
import classes from './log-list.module.css'

interface CellProps {
  readonly className: string | undefined
  readonly title?: string | undefined
  readonly label?: string
  readonly colSpan?: number
  readonly children?: ReactNode
}

/** A cell of the list. A million rows cannot be a table's: they are drawn one by one, with the roles of a table. */
export function Cell({ className, title, label, colSpan, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    <span
      role="gridcell"
      tabIndex={-1}
      className={`${classes.cell} ${className}`}
      title={title}
      aria-label={label}
      aria-colspan={colSpan}
    >
      {children}
    </span>
  )
}

export function HeadCell({ className, title, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as a cell
    <span role="columnheader" tabIndex={-1} className={`${classes.cell} ${className}`} title={title}>
      {children}
    </span>
  )
}

interface RowSpaceProps {
  readonly heightPx: number
  readonly children: ReactNode
}

/** The whole height to scroll through, in which the drawn rows stand. */
export function RowSpace({ heightPx, children }: RowSpaceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as a cell
    <div role="rowgroup" className={classes.space} style={{ height: heightPx }}>
      {children}
    </div>
  )
}
