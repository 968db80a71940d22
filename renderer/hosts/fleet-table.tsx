import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Elapsed, FittedName } from '../components/figures.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { DayStrip } from '../components/timeline/day-strip.tsx'
import { moveByKeys } from '../lib/list-keys.ts'
import { OBSERVED_LOOKS } from '../lib/observed.ts'
import classes from './fleet.module.css'
import { DayObserved, DayUptime, OpenIncident, Response, StackLink } from './fleet-cells.tsx'
import { type FleetRow, isSameRow } from './fleet-rows.ts'

/** Every stack a line, worst first; why, where it is not healthy. Arrow keys go from stack to stack. */
export function FleetTable({ rows }: { readonly rows: readonly FleetRow[] }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between links, which take the focus themselves
    <div className={classes.scroll} onKeyDown={moveByKeys}>
      <table className={`table ${classes.table}`} aria-label="Stacks of all hosts">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Stack</th>
            <th scope="col" className={classes.version}>
              Version
            </th>
            <th scope="col" className={classes.host}>
              Host
            </th>
            <th scope="col" className={classes.stripHead}>
              24 h ago <span>now</span>
            </th>
            <th scope="col" className={`numeric ${classes.figure}`}>
              Up
            </th>
            <th scope="col" className={`numeric ${classes.figure}`}>
              Observed
            </th>
            <th scope="col" className={`numeric ${classes.figure}`}>
              p50
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.stack.ref.hostId} ${row.stack.ref.project}`} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Row = memo(function Row({ host, stack }: FleetRow) {
  // That nobody looks is a matter of the host, which says it above; repeated on each line it would hide what matters.
  const troubled = stack.state !== 'healthy' && stack.state !== 'unobserved' && stack.reason !== ''
  return (
    <tr>
      <td className={classes.state} title={stack.reason === '' ? undefined : stack.reason}>
        <StateBadge look={OBSERVED_LOOKS[stack.state]} />
        <div className={classes.stateLine}>
          {stack.state !== 'healthy' && stack.since !== null ? <Elapsed since={stack.since} prefix="for " /> : null}
          <OpenIncident stack={stack} />
        </div>
      </td>
      <td className={classes.stack}>
        <StackLink stack={stack} />
        {troubled ? (
          <div className={classes.reason} title={stack.reason}>
            {stack.reason}
          </div>
        ) : null}
      </td>
      <td className={`mono ${classes.version}`}>
        {stack.version === null ? <span className={classes.soft}>not known</span> : <FittedName text={stack.version} />}
      </td>
      <td className={classes.host}>
        <Link to="/hosts/$hostId" params={{ hostId: host.hostId }} className={classes.hostLink}>
          <FittedName text={host.label} />
        </Link>
      </td>
      <td className={classes.strip}>
        <DayStrip day={stack.day} />
      </td>
      <td className="numeric">
        <DayUptime uptime={stack.uptime} />
      </td>
      <td className="numeric">
        <DayObserved uptime={stack.uptime} />
      </td>
      <td className="numeric">
        <Response stack={stack} />
      </td>
    </tr>
  )
}, isSameRow)
