import { Button, Checkbox, Popover } from '@mantine/core'
import { IconChevronDown, IconStack2 } from '@tabler/icons-react'
import type { LogFilter, LogServiceState } from '../../shared/contract/logs.ts'
import { toggleService } from './filter-edits.ts'
import classes from './log-toolbar.module.css'
import { formatText, TAIL_LOOKS } from './service-looks.ts'

interface ServicesMenuProps {
  readonly services: readonly LogServiceState[]
  readonly filter: LogFilter
  readonly onFilter: (filter: LogFilter) => void
}

/** Whose lines are shown, and how the tail of each stands. */
export function ServicesMenu({ services, filter, onFilter }: ServicesMenuProps) {
  const names = services.map(({ service }) => service)
  const shown = filter.services.length
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconStack2 size={14} aria-hidden />}
          rightSection={<IconChevronDown size={13} aria-hidden />}
        >
          {shown === 0 ? 'All services' : shown === 1 ? filter.services[0] : `${shown} of ${names.length} services`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.panel}>
          {names.length === 0 ? <span className={classes.serviceState}>No service is known yet.</span> : null}
          {services.map((service) => (
            <div key={service.service} className={classes.serviceLine}>
              <Checkbox
                label={service.service}
                description={[TAIL_LOOKS[service.state].word, formatText(service)].filter(Boolean).join(', ')}
                checked={shown === 0 || filter.services.includes(service.service)}
                onChange={() => onFilter(toggleService(filter, service.service, names))}
              />
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={`Only ${service.service}`}
                onClick={() => onFilter({ ...filter, services: [service.service] })}
              >
                Only
              </Button>
            </div>
          ))}
          {shown > 0 ? (
            <Button variant="default" onClick={() => onFilter({ ...filter, services: [] })}>
              All services
            </Button>
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
