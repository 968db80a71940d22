import { ActionIcon, Checkbox, Popover, Tooltip } from '@mantine/core'
import { IconColumns3, IconTextWrap } from '@tabler/icons-react'
import { useLogScreen } from './log-screen.ts'
import classes from './log-toolbar.module.css'

/** How lines are drawn: wrapped or not, and with which columns. */
export function ViewMenu({ fields }: { readonly fields: readonly string[] }) {
  const { wraps, toggleWraps, hiddenFields, toggleField } = useLogScreen()
  return (
    <>
      <Tooltip label={wraps ? 'Wrapped lines' : 'Wrap lines'}>
        <ActionIcon
          size="md"
          variant={wraps ? 'light' : 'subtle'}
          aria-label="Wrap lines"
          aria-pressed={wraps}
          onClick={toggleWraps}
        >
          <IconTextWrap size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {fields.length === 0 ? null : (
        <Popover position="bottom-end" trapFocus returnFocus>
          <Popover.Target>
            <ActionIcon size="md" aria-label="Columns">
              <IconColumns3 size={16} aria-hidden />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown>
            <div className={classes.panel}>
              {fields.map((field) => (
                <Checkbox
                  key={field}
                  label={field}
                  checked={!hiddenFields.has(field)}
                  onChange={() => toggleField(field)}
                />
              ))}
            </div>
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  )
}
