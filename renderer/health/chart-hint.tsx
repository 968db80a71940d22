import type { Mark, Segment } from '../../shared/contract/monitor.ts'
import { marksAt, segmentAt } from '../components/timeline/timeline-parts.ts'
import { formatExact } from '../lib/format.ts'
import { OBSERVED_LOOKS } from '../lib/observed.ts'
import classes from './chart.module.css'
import type { ChartGroup, ChartPoint } from './chart-data.ts'
import { measuredAt } from './join-gaps.ts'
import { LineSwatch } from './line-look.tsx'
import { formatValue } from './value-axis.ts'

interface ChartHintProps {
  readonly point: ChartPoint | undefined
  readonly group: ChartGroup
  readonly shown: ReadonlySet<string>
  readonly segments: readonly Segment[]
  readonly marks: readonly Mark[]
  readonly times: readonly number[]
  readonly stepMs: number
}

/** What was at the time under the pointer: the state, each line's value, and what is marked there. */
export function ChartHint({ point, group, shown, segments, marks, times, stepMs }: ChartHintProps) {
  if (!point) return null
  const state = segmentAt(segments, point.t)?.state ?? 'unobserved'
  const look = OBSERVED_LOOKS[state]
  const index = times.indexOf(point.t)
  const lines = group.lines.filter(({ key }) => shown.has(key))
  return (
    <div className={classes.hint}>
      <div className={classes.hintTime}>
        {formatExact(new Date(point.t).toISOString())}
        <span className={classes.hintState} data-tone={look.tone}>
          <look.icon size={13} aria-hidden />
          {look.word}
        </span>
      </div>
      {lines.map(({ key, label, values, drawn, peaks }) => {
        const value = measuredAt(values, drawn, index)
        const peak = peaks === null ? null : measuredAt(peaks.values, peaks.drawn, index)
        return (
          <div key={key} className={classes.hintRow}>
            <LineSwatch line={key} />
            <span>{label}</span>
            <span className="numeric">
              {value === null ? 'no data' : formatValue(group.unit, value)}
              {peak === null || peak === value ? null : `, highest ${formatValue(group.unit, peak)}`}
            </span>
          </div>
        )
      })}
      {marksAt(marks, point.t, stepMs).map(({ id, title }) => (
        <div key={id} className={classes.hintMark}>
          {title}
        </div>
      ))}
    </div>
  )
}
