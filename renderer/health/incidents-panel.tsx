import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ToldIncident } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FittedName, RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { failureOf } from '../lib/calls.ts'
import { count } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { HEALTH_LOOKS } from '../lib/states.ts'
import { useIncidents } from '../lib/use-monitor.ts'
import { lengthWords } from './incident-length.ts'
import classes from './incidents-panel.module.css'

/** What fits on the screen beside everything else. */
const FIRST_ROWS = 6

/** What went wrong with a stack while it was watched, newest first. */
export function IncidentsPanel({ stackRef }: { readonly stackRef: StackRef }) {
  const [all, setAll] = useState(false)
  const incidents = useIncidents(stackRef)
  const failure = failureOf(incidents)
  const list = incidents.data ?? []
  const open = list.filter(({ end }) => end === null).length
  return (
    <Panel
      title="Incidents"
      aside={list.length > 0 ? `${count(list.length, 'incident')}${open > 0 ? `, ${open} open` : ''}` : undefined}
      actions={
        list.length > FIRST_ROWS ? (
          <Button variant="default" onClick={() => setAll(!all)}>
            {all ? `Only the newest ${FIRST_ROWS}` : `Show all ${list.length}`}
          </Button>
        ) : undefined
      }
      flush
    >
      {failure ? <ErrorNotice error={failure} /> : null}
      {incidents.isPending ? (
        <div className={classes.none}>
          <LoadingAfter what="Reading the incidents" />
        </div>
      ) : null}
      {incidents.data?.length === 0 ? <p className={classes.none}>None while this stack was watched.</p> : null}
      {list.length > 0 ? <Incidents incidents={all ? list : list.slice(0, FIRST_ROWS)} /> : null}
    </Panel>
  )
}

function Incidents({ incidents }: { readonly incidents: readonly ToldIncident[] }) {
  return (
    <table className={`table ${classes.incidents}`} aria-label="Incidents">
      <thead>
        <tr>
          <th scope="col">Worst</th>
          <th scope="col">What</th>
          <th scope="col">Service</th>
          <th scope="col">Began</th>
          <th scope="col" className="numeric">
            Lasted
          </th>
        </tr>
      </thead>
      <tbody>
        {incidents.map((incident) => (
          <tr key={incident.id}>
            <td>
              <StateBadge look={HEALTH_LOOKS[incident.worst]} />
            </td>
            <td className={classes.reason}>
              <Link
                to="/hosts/$hostId/stacks/$project/health/incidents/$incidentId"
                params={{ ...incident.ref, incidentId: incident.id }}
              >
                {incident.reason}
              </Link>
            </td>
            <td className={classes.service}>
              {incident.service ? <FittedName text={incident.service} /> : 'the stack'}
            </td>
            <td className={classes.time}>
              <RelativeTime at={incident.begin} />
            </td>
            <td className="numeric">
              <Length incident={incident} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Length({ incident: { begin, end, unseen } }: { readonly incident: ToldIncident }) {
  const { length, doubt } = lengthWords({ from: begin, to: end, unseen }, useNow())
  return (
    <>
      {length}
      {doubt === null ? null : <div className={classes.doubt}>{doubt}</div>}
    </>
  )
}
