import { IconPlus, IconServer2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { HostView } from '../../shared/contract/hosts.ts'
import type { StackSummary } from '../../shared/contract/stacks.ts'
import { FittedName } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { StateIcon } from '../components/state-badge.tsx'
import { OBSERVED_LOOKS } from '../lib/observed.ts'
import { HEALTH_LOOKS, hostLook, worstHealth } from '../lib/states.ts'
import { useHosts, useStacks } from '../lib/use-hosts.ts'
import { worstWords } from '../lib/worst-state.ts'
import classes from './sidebar.module.css'
import { useTrouble } from './use-worst-state.ts'

/** Hosts and their stacks, each with its state, from everywhere in the app. */
export function Sidebar() {
  const hosts = useHosts()
  return (
    <nav className={classes.sidebar} aria-label="Hosts and stacks">
      <Link to="/" className={classes.mark}>
        <Mark />
        Slipway
        <Trouble />
      </Link>
      <div className={classes.scroll}>
        {hosts.data ? null : <LoadingAfter what="Reading the hosts" />}
        {hosts.data?.length === 0 ? <p className={classes.none}>No hosts yet.</p> : null}
        <ul className={classes.hosts}>
          {hosts.data?.map((host) => (
            <HostEntry key={host.id} host={host} />
          ))}
        </ul>
      </div>
      <Link to="/add-host" className={classes.add}>
        <IconPlus size={15} aria-hidden />
        Add a host
      </Link>
    </nav>
  )
}

/** The worst of all stacks, where it is seen from everywhere. */
function Trouble() {
  const trouble = useTrouble()
  if (trouble === null) return null
  const look = OBSERVED_LOOKS[trouble.state]
  return (
    <span className={classes.trouble} data-tone={look.tone}>
      <look.icon size={14} aria-hidden />
      {worstWords(trouble)}
    </span>
  )
}

const HostEntry = memo(function HostEntry({ host }: { readonly host: HostView }) {
  const { data } = useStacks(host.id)
  const look = hostLook(host)
  const worst = worstHealth(data?.stacks.map((stack) => stack.health) ?? [])
  const connected = host.status.kind === 'connected'
  return (
    <li>
      <Link to="/hosts/$hostId" params={{ hostId: host.id }} className={classes.host} activeOptions={{ exact: true }}>
        <IconServer2 size={15} stroke={1.8} aria-hidden className={classes.hostIcon} />
        <span className={classes.name}>
          <FittedName text={host.label} />
        </span>
        {connected && worst ? <StateIcon look={HEALTH_LOOKS[worst]} size={14} /> : null}
        <span className={classes.connection} data-tone={look.tone}>
          <look.icon size={12} aria-hidden />
          {look.word}
        </span>
      </Link>
      <ul className={classes.stacks}>
        {data?.stacks.map((stack) => (
          <StackEntry key={stack.ref.project} stack={stack} />
        ))}
      </ul>
    </li>
  )
})

function StackEntry({ stack }: { readonly stack: StackSummary }) {
  const look = HEALTH_LOOKS[stack.health]
  return (
    <li>
      <Link to="/hosts/$hostId/stacks/$project" params={stack.ref} className={classes.stack}>
        <span className={classes.name}>
          <FittedName text={stack.name} />
        </span>
        <span className={classes.word} data-tone={look.tone}>
          <look.icon size={13} aria-hidden />
          {look.word}
        </span>
      </Link>
    </li>
  )
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" className={classes.logo}>
      <path d="M2 12.5h16l-2.4 4.2H5.2z" fill="currentColor" />
      <path d="M3.2 10.6 16.8 3.4" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  )
}
