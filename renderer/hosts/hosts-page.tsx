import { IconPlus, IconServer2 } from '@tabler/icons-react'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Page } from '../components/page.tsx'
import { RunbookProblems } from '../components/runbook-problems.tsx'
import { count } from '../lib/format.ts'
import { useHosts } from '../lib/use-hosts.ts'
import { useFleet } from '../lib/use-monitor.ts'
import { AttentionList } from './attention-list.tsx'
import { Fleet } from './fleet.tsx'
import { RunbooksPanel } from './runbooks-panel.tsx'

function AddHostButton({ label }: { readonly label: string }) {
  return (
    <LinkButton to="/add-host" leftSection={<IconPlus size={15} aria-hidden />}>
      {label}
    </LinkButton>
  )
}

/** The start page: what waits for an answer, and every stack of every host at a glance. */
export function HostsPage() {
  const { data: hosts, error } = useHosts()
  const fleet = useFleet()
  const stacks = fleet.data?.flatMap((host) => host.stacks).length
  if (hosts?.length === 0) {
    return (
      <Page title="Hosts">
        <EmptyState icon={IconServer2} title="Add your first host" action={<AddHostButton label="Add a host" />}>
          <p>
            A host is a machine with a Docker engine that you reach over SSH. Slipway finds the Compose stacks on it,
            shows their health, and upgrades them: backed up first, gated on health, rolled back by itself when the new
            version fails.
          </p>
          <p>Nothing is installed on the host. Your SSH config, agent and jump hosts are used as they are.</p>
        </EmptyState>
      </Page>
    )
  }
  return (
    <Page
      title="Hosts"
      wide
      lead={
        hosts
          ? [count(hosts.length, 'host'), ...(stacks === undefined ? [] : [count(stacks, 'stack')])].join(', ')
          : undefined
      }
      actions={hosts ? <AddHostButton label="Add a host" /> : undefined}
    >
      {error && !hosts ? <ErrorNotice error={error} /> : null}
      {hosts || error ? null : <LoadingAfter what="Reading the hosts" />}
      <RunbookProblems />
      {hosts ? <AttentionList hosts={hosts} /> : null}
      {hosts && fleet.error ? <ErrorNotice error={fleet.error} tone={fleet.data ? 'warn' : 'bad'} /> : null}
      {hosts && !fleet.data && !fleet.error ? <LoadingAfter what="Reading how the stacks are" /> : null}
      {hosts && fleet.data ? <Fleet hosts={fleet.data} /> : null}
      {hosts ? <RunbooksPanel /> : null}
    </Page>
  )
}
