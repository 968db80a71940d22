import { ActionIcon, Popover, Tooltip } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FactList } from '../components/fact-list.tsx'
import { orpc } from '../lib/client.ts'
import { isBrowserEntry } from '../lib/transports.ts'

/** Version, runtime, who you are for the history, and whether secrets can be kept: what a report needs. */
export function AboutButton() {
  const [open, setOpen] = useState(false)
  const info = useQuery(orpc.app.info.queryOptions())
  const facts = info.data
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={360} withinPortal trapFocus>
      <Popover.Target>
        <Tooltip label="About Slipway" disabled={open}>
          <ActionIcon size="md" aria-label="About Slipway" onClick={() => setOpen(!open)}>
            <IconInfoCircle size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="About Slipway">
        {facts ? (
          <FactList
            facts={[
              ['Slipway', `${facts.version}, ${isBrowserEntry() ? 'in the browser' : 'desktop app'}`],
              ['You', `${facts.user} on ${facts.machine}`],
              [
                'Data folder',
                <span key="folder" className="mono">
                  {facts.dataFolder}
                </span>,
              ],
              ['Keychain', facts.vault.available ? 'Available' : (facts.vault.reason ?? 'Not available')],
            ]}
          />
        ) : (
          'Not known yet.'
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
