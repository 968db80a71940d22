import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  readonly title: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  /** As wide as a large window: for what is compared line by line. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A page with its one heading. */
export function Page({ title, lead, actions, wide = false, children }: PageProps) {
  return (
    <div className={classes.page} data-wide={wide || undefined}>
      <header className={classes.head}>
        <div className={classes.titles}>
          <Title order={1}>{title}</Title>
          {lead ? <div className={classes.lead}>{lead}</div> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      <div className={classes.body}>{children}</div>
    </div>
  )
}
