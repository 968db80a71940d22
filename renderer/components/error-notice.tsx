import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import type { ErrorShape } from '../../shared/errors.ts'
import { CopyButton } from './copy-button.tsx'
import classes from './error-notice.module.css'
import { Notice } from './notice.tsx'
import { ScrollText } from './scroll-text.tsx'

interface ErrorNoticeProps {
  readonly error: ErrorShape
  readonly actions?: ReactNode
  readonly tone?: 'bad' | 'warn' | 'unknown'
}

/** The error as plain text, for a chat or a report. */
function errorText({ code, message, state, hint, causes, details }: ErrorShape): string {
  const lines = [message, state, hint, `Code: ${code}`, ...causes.map((cause) => `Caused by: ${cause}`)]
  const parts = Object.entries(details ?? {}).map(([name, text]) => `${name}:\n${text}`)
  return [...lines.filter((line) => line !== undefined), ...parts].join('\n')
}

/** What failed, what things were left in, what to do next; causes and details on request. */
export function ErrorNotice({ error, actions, tone = 'bad' }: ErrorNoticeProps) {
  return (
    <Notice tone={tone} title={error.message} live actions={actions}>
      {error.state ? <p className={classes.line}>{error.state}</p> : null}
      {error.hint ? <p className={classes.line}>{error.hint}</p> : null}
      <ErrorDetails error={error} />
    </Notice>
  )
}

/** Code, causes and details of an error, folded away, with a button that copies all of it. */
export function ErrorDetails({ error }: { readonly error: ErrorShape }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const details = Object.entries(error.details ?? {})
  return (
    <div className={classes.more}>
      <div className={classes.bar}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={14} aria-hidden data-open={open || undefined} />
          Details
        </UnstyledButton>
        <code className={classes.code}>{error.code}</code>
        <CopyButton text={errorText(error)} label="Copy the error" />
      </div>
      <div id={id} hidden={!open}>
        {error.causes.map((cause) => (
          <p key={cause} className={classes.line}>
            Caused by: {cause}
          </p>
        ))}
        {details.map(([name, text]) => (
          <div key={name}>
            <div className={classes.name}>{name}</div>
            <ScrollText text={text} label={name} />
          </div>
        ))}
        {error.causes.length + details.length === 0 ? <p className={classes.line}>No more is known.</p> : null}
      </div>
    </div>
  )
}
