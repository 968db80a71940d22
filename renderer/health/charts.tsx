import { Button } from '@mantine/core'
import { IconZoomReset } from '@tabler/icons-react'
import { memo, useMemo, useState } from 'react'
import type { StackMetrics } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { Panel } from '../components/panel.tsx'
import { formatDuration } from '../lib/format.ts'
import { shortMoment } from '../lib/time-axis.ts'
import { RANGE_WORDS } from '../lib/uptime.ts'
import { groupSeries, hasValues, unobservedStretches } from './chart-data.ts'
import type { Charted, ZoomWindow } from './charted.ts'
import classes from './health-page.module.css'
import { MarkList } from './mark-list.tsx'
import { drawnMarks } from './mark-shapes.tsx'
import { TimeChart } from './time-chart.tsx'
import { WindowBrush } from './window-brush.tsx'

interface ChartsProps {
  readonly metrics: StackMetrics
  readonly stackRef: StackRef
}

/** Every figure of a stack over the same stretch of time. */
export const Charts = memo(function Charts({ metrics, stackRef }: ChartsProps) {
  const [window, setWindow] = useState<ZoomWindow | null>(null)
  const { times, groups, whole, drawn } = useMemo(() => read(metrics), [metrics])
  const charted: Charted = {
    times,
    stepMs: metrics.stepSeconds * 1000,
    segments: metrics.segments,
    marks: drawn,
    ...(window ?? whole),
  }
  const overview = groups.find(hasValues)
  return (
    <>
      <Panel
        title="Figures over time"
        aside={`each value stands for ${formatDuration(charted.stepMs)}`}
        actions={<ZoomState window={window} range={RANGE_WORDS[metrics.range]} onReset={() => setWindow(null)} />}
      >
        {overview ? (
          <WindowBrush group={overview} whole={whole} window={window} times={times} onChange={setWindow} />
        ) : null}
        <MarkList
          marks={metrics.marks}
          restartsLeftOut={metrics.restartsLeftOut}
          areAllDrawn={drawn.length === metrics.marks.length}
          stackRef={stackRef}
        />
      </Panel>
      <div className={classes.charts}>
        {groups.map((group) => (
          <TimeChart key={`${group.id} ${group.unit}`} group={group} charted={charted} onZoom={setWindow} />
        ))}
      </div>
    </>
  )
})

function read(metrics: StackMetrics) {
  const times = metrics.times.map((time) => Date.parse(time))
  const whole: ZoomWindow = { fromMs: Date.parse(metrics.from), toMs: Date.parse(metrics.to) }
  const unobserved = unobservedStretches(metrics.segments, whole.fromMs, whole.toMs)
  const drawn = drawnMarks(metrics.marks)
  return { times, whole, drawn, groups: groupSeries(metrics.series, times, unobserved) }
}

interface ZoomStateProps {
  readonly window: ZoomWindow | null
  readonly range: string
  readonly onReset: () => void
}

function ZoomState({ window, range, onReset }: ZoomStateProps) {
  if (!window) return <span className={classes.soft}>Draw over a chart to look closer</span>
  const now = Date.now()
  return (
    <div className={classes.zoomed}>
      <span className={classes.soft} data-shown>
        {shortMoment(window.fromMs, now)} to {shortMoment(window.toMs, now)}
      </span>
      <Button variant="default" leftSection={<IconZoomReset size={15} aria-hidden />} onClick={onReset}>
        Show all {range}
      </Button>
    </div>
  )
}
