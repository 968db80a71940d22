import { Link } from '@tanstack/react-router'
import type { HostView } from '../../shared/contract/hosts.ts'
import { MiddleTruncate } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { hostLook } from '../lib/states.ts'
import { ConnectionPanel, needsAttention } from './connection-panel.tsx'
import classes from './host-card.module.css'
import { HostFacts } from './host-facts.tsx'
import { StacksTable } from './stacks-table.tsx'

/** A host on the start page: its connection, what it is, and its stacks. */
export function HostCard({ host }: { readonly host: HostView }) {
  return (
    <Panel
      flush
      title={
        <Link to="/hosts/$hostId" params={{ hostId: host.id }} className={classes.name}>
          <MiddleTruncate text={host.label} limit={48} />
        </Link>
      }
      aside={<StateBadge look={hostLook(host)} />}
      actions={
        <LinkButton to="/hosts/$hostId" params={{ hostId: host.id }} variant="default">
          Open host
        </LinkButton>
      }
    >
      <div className={classes.facts}>
        <HostFacts host={host} />
      </div>
      {needsAttention(host) ? (
        <div className={classes.attention}>
          <ConnectionPanel host={host} />
        </div>
      ) : null}
      <StacksTable host={host} />
    </Panel>
  )
}
