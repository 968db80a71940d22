import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { StatusTimeline } from '../components/timeline/status-timeline.tsx'
import { UptimeFigures } from '../components/timeline/uptime-figures.tsx'
import { failureOf } from '../lib/calls.ts'
import { useMetrics } from '../lib/use-monitor.ts'
import classes from './day-panel.module.css'

/** The last day in a strip, with the uptimes: more of it is on the health page. */
export function DayPanel({ stackRef }: { readonly stackRef: StackRef }) {
  const metrics = useMetrics(stackRef, '24h', { operations: false })
  const failure = failureOf(metrics)
  return (
    <Panel
      title="Last 24 hours"
      actions={
        <LinkButton to="/hosts/$hostId/stacks/$project/health" params={stackRef} variant="default">
          Health over time
        </LinkButton>
      }
    >
      {failure ? <ErrorNotice error={failure} tone={metrics.data ? 'warn' : 'bad'} /> : null}
      {metrics.isPending ? <LoadingAfter what="Reading what was observed" /> : null}
      {metrics.data ? (
        <div className={classes.day}>
          <StatusTimeline
            small
            segments={metrics.data.segments}
            fromMs={Date.parse(metrics.data.from)}
            toMs={Date.parse(metrics.data.to)}
            label="Status in the last 24 hours"
          />
          <UptimeFigures uptime={metrics.data.uptime} />
        </div>
      ) : null}
    </Panel>
  )
}
