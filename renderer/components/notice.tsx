import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconInfoCircle,
  IconProgress,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Tone } from '../theme.ts'
import classes from './notice.module.css'

const ICONS: Record<Tone, typeof IconInfoCircle> = {
  ok: IconCircleCheck,
  busy: IconProgress,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  unknown: IconHelpCircle,
  idle: IconInfoCircle,
}

interface NoticeProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly icon?: typeof IconInfoCircle
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** Read out at once: for what happened while the person was looking. */
  readonly live?: boolean
}

/** A sentence that must be seen, with what to do about it. */
export function Notice({ tone, title, icon, children, actions, live = false }: NoticeProps) {
  const Icon = icon ?? ICONS[tone]
  return (
    <div className={classes.notice} data-tone={tone} {...(live ? { role: 'alert' } : {})}>
      <Icon size={18} stroke={1.9} aria-hidden className={classes.icon} />
      <div className={classes.content}>
        <div className={classes.title}>{title}</div>
        {children ? <div className={classes.text}>{children}</div> : null}
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
    </div>
  )
}
