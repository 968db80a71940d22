import { IconFileText } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import type { ToldIncident } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { ScrollText } from '../components/scroll-text.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { failureOf } from '../lib/calls.ts'
import { formatExact } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { HEALTH_LOOKS } from '../lib/states.ts'
import { useIncident } from '../lib/use-monitor.ts'
import { lengthWords, type SeenInPart } from './incident-length.ts'
import classes from './incident-page.module.css'

/** One incident: what failed, the evidence, and what the logs said at that moment. */
export function IncidentPage() {
  const { hostId, project, incidentId } = useParams({
    from: '/hosts/$hostId/stacks/$project/health/incidents/$incidentId',
  })
  const stackRef = { hostId, project }
  const incident = useIncident(stackRef, incidentId)
  const failure = failureOf(incident)
  return (
    <>
      <Link to="/hosts/$hostId/stacks/$project/health" params={stackRef} className={classes.back}>
        All of its health over time
      </Link>
      {failure ? <ErrorNotice error={failure} /> : null}
      {incident.isPending ? <LoadingAfter what="Reading the incident" /> : null}
      {incident.data ? <Opened incident={incident.data} stackRef={stackRef} /> : null}
    </>
  )
}

function Opened({ incident, stackRef }: { readonly incident: ToldIncident; readonly stackRef: StackRef }) {
  const { worst, reason, end, evidence, logs } = incident
  return (
    <>
      <Notice
        tone={end === null ? HEALTH_LOOKS[worst].tone : 'idle'}
        icon={HEALTH_LOOKS[worst].icon}
        title={`${HEALTH_LOOKS[worst].word}${end === null ? '' : ', over'}: ${reason}`}
        actions={
          <LogsThere incident={incident} stackRef={stackRef} service={incident.service} label="Open the logs there" />
        }
      />
      <Panel title={`Incident of ${formatExact(incident.begin)}`}>
        <FactList facts={factsOf(incident)} />
      </Panel>
      <Panel title="Evidence">
        {evidence.length === 0 ? <p className={classes.none}>None was kept.</p> : null}
        <div className={classes.texts}>
          {evidence.map(({ title, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: it is only ever appended, and what got worse has a title twice
            <div key={index}>
              <h3 className={classes.title}>{title}</h3>
              <ScrollText text={text} label={title} />
            </div>
          ))}
        </div>
      </Panel>
      <Panel title="Logs at that moment">
        {logs.length === 0 ? (
          <p className={classes.none}>Nothing was logged just before it, or it could not be read.</p>
        ) : null}
        <div className={classes.texts}>
          {logs.map(({ service, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a service may have several containers
            <div key={index}>
              <div className={classes.logHead}>
                <h3 className={classes.title}>{service}</h3>
                <LogsThere
                  incident={incident}
                  stackRef={stackRef}
                  service={service}
                  label={`Open the logs of ${service}`}
                />
              </div>
              <ScrollText text={text} label={`Last lines of ${service}`} tall />
            </div>
          ))}
        </div>
      </Panel>
    </>
  )
}

function factsOf({ state, worst, begin, end, service, unseen }: ToldIncident) {
  const isUnseen = unseen.at(-1)?.to === end && unseen.length > 0
  return [
    [
      'State',
      end !== null ? (
        'Over'
      ) : isUnseen ? (
        'Not observed at present'
      ) : (
        <StateBadge key="state" look={HEALTH_LOOKS[state]} />
      ),
    ],
    ['Worst', <StateBadge key="worst" look={HEALTH_LOOKS[worst]} />],
    [
      'Began',
      <span key="begin">
        {formatExact(begin)} (<RelativeTime at={begin} />)
      </span>,
    ],
    ['Ended', endWords(end, isUnseen)],
    ['Lasted', <Length key="lasted" from={begin} to={end} unseen={unseen} />],
    ['Service', service ?? 'The stack as a whole'],
  ] as const
}

function endWords(end: string | null, isUnseen: boolean): string {
  if (end === null) return isUnseen ? 'Not known' : 'Not yet'
  return isUnseen ? `Seen healthy again on ${formatExact(end)}; when it ended nobody saw` : formatExact(end)
}

function Length(incident: SeenInPart) {
  const { length, doubt } = lengthWords(incident, useNow())
  return <>{doubt === null ? length : `${length}, ${doubt}`}</>
}

interface LogsThereProps {
  readonly incident: ToldIncident
  readonly stackRef: StackRef
  readonly service: string | null
  readonly label: string
}

/** Leads to the logs as they were when it began. */
function LogsThere({ incident, stackRef, service, label }: LogsThereProps) {
  return (
    <LinkButton
      to="/hosts/$hostId/stacks/$project/logs"
      params={stackRef}
      search={{ at: incident.begin, ...(service === null ? {} : { service }) }}
      variant="default"
      leftSection={<IconFileText size={15} aria-hidden />}
    >
      {label}
    </LinkButton>
  )
}
