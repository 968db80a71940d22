import { Link } from '@tanstack/react-router'
import type { FleetStack } from '../../shared/contract/monitor.ts'
import { FittedName } from '../components/figures.tsx'
import { formatDuration } from '../lib/format.ts'
import { LIST_KEY_TARGET } from '../lib/list-keys.ts'
import { formatObserved, formatShare } from '../lib/uptime.ts'
import classes from './fleet.module.css'

/** A stack's name; the whole row opens by it. */
export function StackLink({ stack }: { readonly stack: FleetStack }) {
  return (
    <Link to="/hosts/$hostId/stacks/$project" params={stack.ref} className={classes.stackLink} {...LIST_KEY_TARGET}>
      <FittedName text={stack.name} />
    </Link>
  )
}

/** `99.98 %` with what it is a share of on hover and, where that is little, beside it. */
export function DayUptime({ uptime: { up, observed } }: Pick<FleetStack, 'uptime'>) {
  const share = `${formatObserved(observed)} of the last 24 h observed`
  if (up === null) {
    return (
      <span className={classes.soft} title={share}>
        –
      </span>
    )
  }
  return <span title={share}>{formatShare(up)}</span>
}

/** How much of the last day was observed: without it, an uptime claims too much. */
export function DayObserved({ uptime: { observed } }: Pick<FleetStack, 'uptime'>) {
  return <span className={classes.soft}>{formatObserved(observed)}</span>
}

/** The middle response time of the last day. */
export function Response({ stack: { responseP50Ms } }: { readonly stack: FleetStack }) {
  return responseP50Ms === null ? <span className={classes.soft}>–</span> : formatDuration(responseP50Ms)
}

/** The way to what is wrong now. */
export function OpenIncident({ stack: { ref, openIncident, name } }: { readonly stack: FleetStack }) {
  if (openIncident === null) return null
  return (
    <Link
      to="/hosts/$hostId/stacks/$project/health/incidents/$incidentId"
      params={{ ...ref, incidentId: openIncident }}
      aria-label={`Open incident of ${name}`}
    >
      Incident
    </Link>
  )
}
