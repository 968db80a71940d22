import { TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode, Ref } from 'react'
import type { LogFilter } from '../../shared/contract/logs.ts'
import { textProblem } from './filter-edits.ts'
import { LevelToggles } from './level-toggles.tsx'
import classes from './log-toolbar.module.css'
import type { LogSnapshot } from './log-view.ts'
import { ServicesMenu } from './services-menu.tsx'
import { TimeRangeMenu } from './time-range-menu.tsx'

interface LogToolbarProps {
  readonly snapshot: LogSnapshot
  readonly onFilter: (filter: LogFilter) => void
  readonly searchRef: Ref<HTMLInputElement>
  /** From the search field down to the list. */
  readonly onLeave: () => void
  readonly actions: ReactNode
}

/** Which lines are shown: text, levels, services, time. */
export function LogToolbar({ snapshot, onFilter, searchRef, onLeave, actions }: LogToolbarProps) {
  const { filter, state } = snapshot
  const problem = textProblem(filter)
  return (
    <search className={classes.toolbar} aria-label="Filter the lines">
      <TextInput
        ref={searchRef}
        size="xs"
        className={classes.search ?? ''}
        aria-label="Search the lines"
        placeholder="Search the lines"
        spellCheck={false}
        autoComplete="off"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSectionWidth={64}
        rightSection={<TextOptions filter={filter} onFilter={onFilter} />}
        value={filter.text}
        error={problem}
        onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter.text !== '') onFilter({ ...filter, text: '' })
          else if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'Escape') onLeave()
          else return
          event.preventDefault()
        }}
      />
      <LevelToggles filter={filter} histogram={state?.histogram ?? null} onFilter={onFilter} />
      <ServicesMenu services={state?.services ?? []} filter={filter} onFilter={onFilter} />
      <TimeRangeMenu filter={filter} onFilter={onFilter} />
      <div className={classes.actions}>{actions}</div>
    </search>
  )
}

function TextOptions({ filter, onFilter }: Pick<LogToolbarProps, 'onFilter'> & { readonly filter: LogFilter }) {
  return (
    <div className={classes.options}>
      <Tooltip label="Match case">
        <UnstyledButton
          className={classes.option}
          aria-label="Match case"
          aria-pressed={filter.matchCase}
          onClick={() => onFilter({ ...filter, matchCase: !filter.matchCase })}
        >
          Aa
        </UnstyledButton>
      </Tooltip>
      <Tooltip label="Regular expression">
        <UnstyledButton
          className={classes.option}
          aria-label="Regular expression"
          aria-pressed={filter.regularExpression}
          onClick={() => onFilter({ ...filter, regularExpression: !filter.regularExpression })}
        >
          .*
        </UnstyledButton>
      </Tooltip>
    </div>
  )
}
