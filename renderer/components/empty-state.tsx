import { Title } from '@mantine/core'
import type { IconHelpCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  readonly icon: typeof IconHelpCircle
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
  /** 1 where it is all that the page has. */
  readonly order?: 1 | 2
}

/** Nothing here yet, and the step that changes it. */
export function EmptyState({ icon: Icon, title, children, action, order = 2 }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <Icon size={30} stroke={1.4} aria-hidden className={classes.icon} />
      <Title order={order} size="h2">
        {title}
      </Title>
      <div className={classes.text}>{children}</div>
      {action ? <div className={classes.action}>{action}</div> : null}
    </div>
  )
}
