import { SegmentedControl } from '@mantine/core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useMemo } from 'react'
import { type Range, rangeSchema, type StackMetrics } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { StatusTimeline } from '../components/timeline/status-timeline.tsx'
import { UptimeFigures } from '../components/timeline/uptime-figures.tsx'
import { failureOf } from '../lib/calls.ts'
import { RANGE_WORDS } from '../lib/uptime.ts'
import { useMetrics } from '../lib/use-monitor.ts'
import { hasObservation } from './chart-data.ts'
import { DiskSentence } from './disk-sentence.tsx'
import classes from './health-page.module.css'
import { IncidentsPanel } from './incidents-panel.tsx'
import { SegmentTable } from './segment-table.tsx'
import { WatchSwitch } from './watch-switch.tsx'

// The charting library is as large as the rest of the page: only who looks at charts loads it.
const Charts = lazy(() => import('./charts.tsx').then(({ Charts: component }) => ({ default: component })))

const RANGE_LABELS: Record<Range, string> = {
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '90d': '90 d',
  '1y': '1 y',
}

/** How a stack has been: status, uptime, incidents, and its figures over time. */
export function HealthPage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const { range } = useSearch({ from: '/hosts/$hostId/stacks/$project/health' })
  const stackRef = useMemo(() => ({ hostId, project }), [hostId, project])
  const metrics = useMetrics(stackRef, range ?? '24h')
  // A dozen charts take a while to draw: a click is answered first.
  const charted = useDeferredValue(metrics.data)
  const failure = failureOf(metrics)
  return (
    <>
      {failure ? <ErrorNotice error={failure} tone={metrics.data ? 'warn' : 'bad'} /> : null}
      {metrics.isPending ? <LoadingAfter what="Reading what was observed" /> : null}
      {metrics.data ? <Status stackRef={stackRef} metrics={metrics.data} range={range ?? '24h'} /> : null}
      <IncidentsPanel stackRef={stackRef} />
      {charted && hasObservation(charted) ? (
        <Suspense fallback={<LoadingAfter what="Loading the charts" />}>
          {/* Another range is another picture: nothing of the former window stays. */}
          <Charts key={charted.range} metrics={charted} stackRef={stackRef} />
        </Suspense>
      ) : null}
    </>
  )
}

interface StatusProps {
  readonly stackRef: StackRef
  readonly metrics: StackMetrics
  readonly range: Range
}

function Status({ stackRef, metrics, range }: StatusProps) {
  return (
    <Panel
      title="Status"
      aside={<WatchSwitch stackRef={stackRef} />}
      actions={<RangeChoice stackRef={stackRef} range={range} />}
    >
      <div className={classes.summary}>
        <UptimeFigures uptime={metrics.uptime} />
        <DiskSentence disk={metrics.disk} />
      </div>
      <StatusTimeline
        segments={metrics.segments}
        fromMs={Date.parse(metrics.from)}
        toMs={Date.parse(metrics.to)}
        label={`Status in the last ${RANGE_WORDS[metrics.range]}`}
      />
      <div className={classes.more}>
        <SegmentTable segments={metrics.segments} />
      </div>
      {hasObservation(metrics) ? null : (
        <Notice tone="idle" title={`Nothing was observed in the last ${RANGE_WORDS[metrics.range]}`}>
          Slipway watches its stacks while it runs and their host is connected. What it sees from now on appears here;
          time in which nobody looked stays marked as not observed and counts as neither up nor down.
        </Notice>
      )}
    </Panel>
  )
}

function RangeChoice({ stackRef, range }: { readonly stackRef: StackRef; readonly range: Range }) {
  const navigate = useNavigate()
  return (
    <SegmentedControl
      size="xs"
      aria-label="Range"
      value={range}
      data={rangeSchema.options.map((value) => ({ value, label: RANGE_LABELS[value] }))}
      onChange={(value) =>
        navigate({
          to: '/hosts/$hostId/stacks/$project/health',
          params: stackRef,
          search: { range: rangeSchema.parse(value) },
          replace: true,
        })
      }
    />
  )
}
