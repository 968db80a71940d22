import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useId } from 'react'
import classes from './panel.module.css'

interface PanelProps {
  readonly title: ReactNode
  /** What belongs to the heading: a figure, a time. */
  readonly aside?: ReactNode
  /** Buttons, at the right end of the heading. */
  readonly actions?: ReactNode
  /** Tables and lists go to the edges of the panel by themselves. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A titled part of a page: the only box that the console knows. */
export function Panel({ title, aside, actions, flush = false, children }: PanelProps) {
  const id = useId()
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside ? <div className={classes.aside}>{aside}</div> : null}
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
