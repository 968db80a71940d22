import { ActionIcon, Indicator, Popover, Tooltip } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'
import { count } from '../lib/format.ts'
import { useNotices } from '../lib/use-notices.ts'
import classes from './notice-bell.module.css'
import { NoticeList } from './notice-list.tsx'
import { NoticeSettingsForm } from './notice-settings.tsx'

/** What was told lately, and what is to be told at all. */
export function NoticeBell() {
  const [open, setOpen] = useState(false)
  const notices = useNotices()
  const [seenAt, setSeenAt] = useLocalStorage({ key: 'slipway.notices-seen-at', defaultValue: '' })
  const unseen = notices.data?.filter(({ at }) => at > seenAt).length ?? 0
  const label = unseen === 0 ? 'Notices' : `Notices: ${count(unseen, 'new one', 'new ones')}`
  const change = (next: boolean) => {
    setOpen(next)
    if (next) void notices.refetch()
    // Marked as seen on closing, so that what is new stands out while one reads.
    else setSeenAt(notices.data?.[0]?.at ?? seenAt)
  }
  return (
    <Popover opened={open} onChange={change} position="bottom-end" width={400} withinPortal trapFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={open}>
          <ActionIcon size="md" aria-label={label} onClick={() => change(!open)}>
            <Indicator disabled={unseen === 0} size={8} offset={2} color="var(--tone-bad)">
              <IconBell size={17} aria-hidden className={classes.bell} />
            </Indicator>
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="Notices" className={classes.dropdown ?? ''}>
        <NoticeList notices={notices} seenAt={seenAt} onOpen={() => change(false)} />
        <NoticeSettingsForm />
      </Popover.Dropdown>
    </Popover>
  )
}
