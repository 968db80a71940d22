import { Button } from '@mantine/core'
import { IconServerOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { findClockSkew } from '../../shared/clock-skew.ts'
import type { HostView } from '../../shared/contract/hosts.ts'
import { toErrorShape } from '../../shared/errors.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Page } from '../components/page.tsx'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { client, orpc } from '../lib/client.ts'
import { hostLook } from '../lib/states.ts'
import { useHosts } from '../lib/use-hosts.ts'
import { AddStack } from './add-stack.tsx'
import { ConnectionPanel, needsAttention } from './connection-panel.tsx'
import { HostFacts } from './host-facts.tsx'
import { HostSettings } from './host-settings.tsx'
import { StacksTable } from './stacks-table.tsx'

/** One host: its connection, its stacks, and what this computer remembers of it. */
export function HostPage() {
  const { hostId } = useParams({ from: '/hosts/$hostId' })
  const { data: hosts } = useHosts()
  const host = hosts?.find(({ id }) => id === hostId)
  if (!hosts) return <Page title="Host">{<LoadingAfter what="Reading the host" />}</Page>
  if (!host) return <HostGone />
  return <OpenedHost key={host.id} host={host} />
}

/** A host that was not asked about at the start is connected when it is opened: then somebody is there to answer. */
function OpenedHost({ host }: { readonly host: HostView }) {
  const wasAsking = useRef(host.status.kind === 'idle' && host.status.asks !== undefined)
  useEffect(() => {
    if (!wasAsking.current) return
    wasAsking.current = false
    void client.host.connect({ hostId: host.id }).catch(() => undefined)
  }, [host.id])
  const ready = host.status.kind === 'connected' && host.engine.kind === 'ready'
  return (
    <Page
      title={<MiddleTruncate text={host.label} limit={60} />}
      lead={<HostLead host={host} />}
      actions={<DisconnectButton host={host} />}
    >
      {needsAttention(host) ? <ConnectionPanel host={host} /> : null}
      <ClockNotice host={host} />
      <Panel title="Stacks" flush>
        <StacksTable host={host} />
        {ready ? <AddStack hostId={host.id} /> : null}
      </Panel>
      <Panel title="Machine and engine">
        <HostFacts host={host} inline={false} />
      </Panel>
      <HostSettings host={host} />
    </Page>
  )
}

function HostLead({ host }: { readonly host: HostView }) {
  return (
    <span style={{ display: 'inline-flex', gap: 12, alignItems: 'center' }}>
      <StateBadge look={hostLook(host)} />
      {host.status.kind === 'connected' ? <RelativeTime at={host.status.since} prefix="connected " /> : null}
    </span>
  )
}

function ClockNotice({ host: { label, status, facts } }: { readonly host: HostView }) {
  const skew = status.kind === 'connected' && facts ? findClockSkew(label, facts.clockOffsetMs) : null
  return skew === null ? null : <ErrorNotice error={toErrorShape(skew)} tone="warn" />
}

function DisconnectButton({ host }: { readonly host: HostView }) {
  const disconnect = useMutation(orpc.host.disconnect.mutationOptions({ meta: { announce: true } }))
  if (host.status.kind !== 'connected' && host.status.kind !== 'waiting') return null
  return (
    <Button variant="default" loading={disconnect.isPending} onClick={() => disconnect.mutate({ hostId: host.id })}>
      {host.status.kind === 'waiting' ? 'Stop retrying' : 'Disconnect'}
    </Button>
  )
}

function HostGone() {
  return (
    <EmptyState
      order={1}
      icon={IconServerOff}
      title="This host is not known here"
      action={<LinkButton to="/">Go to the hosts</LinkButton>}
    >
      <p>It was removed from this computer. Nothing on the host itself was changed by that.</p>
    </EmptyState>
  )
}
