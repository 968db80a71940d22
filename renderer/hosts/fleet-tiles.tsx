import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { FittedName } from '../components/figures.tsx'
import { StateIcon } from '../components/state-badge.tsx'
import { DayStrip } from '../components/timeline/day-strip.tsx'
import { moveByKeys } from '../lib/list-keys.ts'
import { OBSERVED_LOOKS } from '../lib/observed.ts'
import classes from './fleet.module.css'
import { DayUptime, StackLink } from './fleet-cells.tsx'
import { emptyWords, type FleetGroup, type FleetRow, isSameRow } from './fleet-rows.ts'

/** Every host a tile with its stacks, so that twenty hosts fit on a screen or two. */
export function FleetTiles({ groups }: { readonly groups: readonly FleetGroup[] }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between links, which take the focus themselves
    <div className={classes.tiles} onKeyDown={moveByKeys}>
      {groups.map((group) => (
        <Tile key={group.host.hostId} {...group} />
      ))}
    </div>
  )
}

function Tile({ host, rows }: FleetGroup) {
  return (
    <section className={classes.tile} aria-label={host.label}>
      <header className={classes.tileHead}>
        <StateIcon look={OBSERVED_LOOKS[host.worst]} />
        <h2 className={classes.tileTitle}>
          <Link to="/hosts/$hostId" params={{ hostId: host.hostId }} className={classes.hostLink}>
            <FittedName text={host.label} />
          </Link>
        </h2>
        {host.connected ? null : <span className={classes.soft}>not connected</span>}
      </header>
      {rows.length === 0 ? <p className={classes.noStack}>{emptyWords(host)}</p> : null}
      <ul className={classes.tileRows}>
        {rows.map((row) => (
          <TileRow key={row.stack.ref.project} {...row} />
        ))}
      </ul>
    </section>
  )
}

const TileRow = memo(function TileRow({ stack }: FleetRow) {
  return (
    <li title={stack.state === 'healthy' ? undefined : stack.reason}>
      <StateIcon look={OBSERVED_LOOKS[stack.state]} size={14} />
      <StackLink stack={stack} />
      <DayStrip day={stack.day} />
      <span className="numeric">
        <DayUptime uptime={stack.uptime} />
      </span>
    </li>
  )
}, isSameRow)
