import { UnstyledButton } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { LogFilter } from '../../shared/contract/logs.ts'
import { EVERYTHING, filterParts } from './filter-edits.ts'
import classes from './log-toolbar.module.css'

interface FilterChipsProps {
  readonly filter: LogFilter
  readonly onFilter: (filter: LogFilter) => void
}

/** What the filter asks for, each part with a button that takes it out. */
export function FilterChips({ filter, onFilter }: FilterChipsProps) {
  const parts = filterParts(filter)
  if (parts.length === 0) return null
  return (
    <ul className={classes.chips} aria-label="Active conditions">
      {parts.map(({ key, label, without }) => (
        <li key={key} className={classes.chip}>
          <span className={classes.chipText} title={label}>
            {label}
          </span>
          <UnstyledButton
            className={classes.remove}
            aria-label={`Remove the condition ${label}`}
            onClick={() => onFilter(without)}
          >
            <IconX size={12} aria-hidden />
          </UnstyledButton>
        </li>
      ))}
      <li className={classes.chipAll}>
        <UnstyledButton className={classes.clear} onClick={() => onFilter(EVERYTHING)}>
          Clear all
        </UnstyledButton>
      </li>
    </ul>
  )
}
