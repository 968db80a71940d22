import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { HostView } from '../../shared/contract/hosts.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { FittedName } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { orpc } from '../lib/client.ts'
import { count } from '../lib/format.ts'
import { hostLook } from '../lib/states.ts'
import classes from './attention-list.module.css'
import { ConnectionPanel, needsAttention } from './connection-panel.tsx'

/** Up to so many are shown with all that can be done about them; of more, a line each. */
const MOST_IN_FULL = 2
/** More lines would push the stacks out of sight. */
const MOST_BRIEF = 3

/** The hosts that are not simply connected: what each waits for, and what can be done. */
export function AttentionList({ hosts }: { readonly hosts: readonly HostView[] }) {
  const waiting = hosts.filter(needsAttention)
  if (waiting.length === 0) return null
  // A question is asked in full wherever it stands: nobody else answers it.
  const inFull = waiting.filter(({ status }) => waiting.length <= MOST_IN_FULL || status.kind === 'question')
  const brief = waiting.filter((host) => !inFull.includes(host))
  return (
    <>
      {inFull.map((host) => (
        <Panel key={host.id} title={<HostLink host={host} />} aside={<StateBadge look={hostLook(host)} />}>
          <ConnectionPanel host={host} />
        </Panel>
      ))}
      {brief.length > 0 ? (
        <Panel title="Hosts without a connection" aside={count(brief.length, 'host')} flush>
          <BriefHosts hosts={brief.slice(0, MOST_BRIEF)} />
          {brief.length > MOST_BRIEF ? (
            <div className={classes.more}>
              <Disclosure label={`${brief.length - MOST_BRIEF} more`}>
                <BriefHosts hosts={brief.slice(MOST_BRIEF)} />
              </Disclosure>
            </div>
          ) : null}
        </Panel>
      ) : null}
    </>
  )
}

function BriefHosts({ hosts }: { readonly hosts: readonly HostView[] }) {
  return (
    <ul className={classes.list}>
      {hosts.map((host) => (
        <BriefHost key={host.id} host={host} />
      ))}
    </ul>
  )
}

function BriefHost({ host }: { readonly host: HostView }) {
  const connect = useMutation(orpc.host.connect.mutationOptions({ meta: { announce: true } }))
  return (
    <li className={classes.row}>
      <StateBadge look={hostLook(host)} />
      <HostLink host={host} />
      <span className={classes.reason} title={reasonOf(host)}>
        {reasonOf(host)}
      </span>
      {host.status.kind === 'connecting' || host.status.kind === 'connected' ? null : (
        <Button
          size="compact-xs"
          variant="default"
          loading={connect.isPending}
          aria-label={`Connect ${host.label}`}
          onClick={() => connect.mutate({ hostId: host.id })}
        >
          Connect
        </Button>
      )}
    </li>
  )
}

function reasonOf({ status, engine }: HostView): string {
  if (status.kind === 'waiting' || status.kind === 'failed') return status.error.message
  if (engine.kind === 'failed' || engine.kind === 'sudo-offer') return engine.error.message
  return ''
}

function HostLink({ host }: { readonly host: HostView }) {
  return (
    <Link to="/hosts/$hostId" params={{ hostId: host.id }} className={classes.name}>
      <FittedName text={host.label} />
    </Link>
  )
}
