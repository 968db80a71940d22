import { ActionIcon, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { orpc } from '../lib/client.ts'
import { useStack } from '../lib/use-hosts.ts'
import { DayPanel } from './day-panel.tsx'
import { DriftList } from './drift-list.tsx'
import { ServicesTable } from './services-table.tsx'

/** What runs, how it is, and where it differs from what should run. */
export function OverviewPage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const stackRef = { hostId, project }
  const { data: stack } = useStack(stackRef)
  const check = useMutation(orpc.stack.check.mutationOptions({ meta: { announce: true } }))
  if (!stack) return null
  return (
    <>
      {stack.drift.length > 0 ? <DriftList drift={stack.drift} /> : null}
      <Panel
        title="Services"
        flush
        aside={stack.checkedAt === null ? 'not read yet' : <RelativeTime at={stack.checkedAt} prefix="checked " />}
        actions={
          <Tooltip label="Check now">
            <ActionIcon
              size="md"
              aria-label="Check now"
              loading={check.isPending}
              onClick={() => check.mutate(stackRef)}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        }
      >
        {stack.picture === 'none' ? null : <ServicesTable stackRef={stackRef} services={stack.services} />}
      </Panel>
      <DayPanel stackRef={stackRef} />
    </>
  )
}
