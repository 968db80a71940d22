import type { ReactNode } from 'react'
import classes from './action-bar.module.css'

interface ActionBarProps {
  /** What the buttons wait for, or what pressing will do. */
  readonly note: ReactNode
  /** What has come of pressing them; null while nothing has. */
  readonly notice?: ReactNode
  readonly children: ReactNode
}

/** The decision of a page, always in sight at its lower edge. */
export function ActionBar({ note, notice, children }: ActionBarProps) {
  return (
    <div className={classes.bar}>
      {notice ? <div className={classes.notice}>{notice}</div> : null}
      <div className={classes.row}>
        <div className={classes.note} role="status">
          {note}
        </div>
        <div className={classes.buttons}>{children}</div>
      </div>
    </div>
  )
}
