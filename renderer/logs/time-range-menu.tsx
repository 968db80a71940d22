import { Button, Popover, TextInput } from '@mantine/core'
import { IconChevronDown, IconClock } from '@tabler/icons-react'
import type { LogFilter } from '../../shared/contract/logs.ts'
import { fromLocalField, toLocalField } from './log-time.ts'
import classes from './log-toolbar.module.css'

interface TimeRangeMenuProps {
  readonly filter: LogFilter
  readonly onFilter: (filter: LogFilter) => void
}

const QUICK: readonly (readonly [label: string, minutes: number])[] = [
  ['5 min', 5],
  ['15 min', 15],
  ['1 h', 60],
  ['6 h', 360],
  ['24 h', 1440],
]

/** From when to when. */
export function TimeRangeMenu({ filter, onFilter }: TimeRangeMenuProps) {
  const { from, to } = filter
  const isSet = from !== null || to !== null
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconClock size={14} aria-hidden />}
          rightSection={<IconChevronDown size={13} aria-hidden />}
        >
          {isSet ? 'Time range' : 'Any time'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.panel}>
          {/* biome-ignore lint/a11y/useSemanticElements: the label is enough */}
          <div className={classes.quick} role="group" aria-label="The last">
            {QUICK.map(([label, minutes]) => (
              <Button
                key={label}
                variant="default"
                size="compact-xs"
                aria-label={`The last ${label}`}
                onClick={() =>
                  onFilter({ ...filter, from: new Date(Date.now() - minutes * 60_000).toISOString(), to: null })
                }
              >
                {label}
              </Button>
            ))}
          </div>
          <TextInput
            size="xs"
            type="datetime-local"
            step={1}
            label="From"
            value={toLocalField(from)}
            onChange={(event) => onFilter({ ...filter, from: fromLocalField(event.currentTarget.value) })}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            step={1}
            label="To"
            value={toLocalField(to)}
            onChange={(event) => onFilter({ ...filter, to: fromLocalField(event.currentTarget.value) })}
          />
          {isSet ? (
            <Button variant="default" onClick={() => onFilter({ ...filter, from: null, to: null })}>
              Any time
            </Button>
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
