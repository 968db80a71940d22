import { ActionIcon, Kbd, Popover, Tooltip } from '@mantine/core'
import { IconKeyboard } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './shortcuts-help.module.css'

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'search'],
  ['f', 'follow, or pause'],
  ['↑ ↓', 'line before, line after'],
  ['PgUp PgDn', 'a screen of lines'],
  ['Home End', 'oldest held, newest'],
  ['Enter', 'details of the line'],
  ['Esc', 'close the details'],
  ['Shift + click on a level', 'this level and graver'],
]

/** The keys of this page. */
export function ShortcutsHelp() {
  const [opened, setOpened] = useState(false)
  return (
    <Popover position="bottom-end" returnFocus opened={opened} onChange={setOpened}>
      <Tooltip label="Keys">
        <Popover.Target>
          <ActionIcon size="md" aria-label="Keys" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <IconKeyboard size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown>
        <dl className={classes.keys}>
          {KEYS.map(([keys, what]) => (
            <div key={keys} className={classes.line}>
              <dt>
                <Kbd size="xs">{keys}</Kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  )
}
