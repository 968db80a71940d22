import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import classes from './disclosure.module.css'

interface DisclosureProps {
  readonly label: ReactNode
  readonly startsOpen?: boolean
  readonly children: ReactNode
}

/** More of the same, on request. What is inside exists only while it is open. */
export function Disclosure({ label, startsOpen = false, children }: DisclosureProps) {
  const [open, setOpen] = useState(startsOpen)
  const id = useId()
  return (
    <div>
      <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden className={classes.chevron} data-open={open || undefined} />
        {label}
      </UnstyledButton>
      <div id={id} hidden={!open} className={classes.content}>
        {open ? children : null}
      </div>
    </div>
  )
}
