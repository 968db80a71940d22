import { Tooltip } from '@mantine/core'
import { type PointerEvent, useMemo, useState } from 'react'
import type { Segment } from '../../../shared/contract/monitor.ts'
import { formatDuration, formatExact } from '../../lib/format.ts'
import { OBSERVED_LOOKS, timeByState } from '../../lib/observed.ts'
import { timeTicks } from '../../lib/time-axis.ts'
import { HINTS_ID } from '../../theme.ts'
import fill from './observed.module.css'
import classes from './status-timeline.module.css'
import { drawnParts, placeSegments, segmentAt } from './timeline-parts.ts'

/** More labels than this run into one another on a small window. */
const MOST_TICKS = 9
/** A label nearer to an edge than this share of the width would stick out. */
const EDGE = 0.03

interface StatusTimelineProps {
  readonly segments: readonly Segment[]
  readonly fromMs: number
  readonly toMs: number
  /** What is shown, for screen readers: `Status in the last 24 hours`. */
  readonly label: string
  readonly small?: boolean
}

/** How it has been: each stretch of one state by pattern and, in the legend, by word and length. */
export function StatusTimeline({ segments, fromMs, toMs, label, small = false }: StatusTimelineProps) {
  const parts = useMemo(() => placeSegments(segments, fromMs, toMs), [segments, fromMs, toMs])
  const drawn = useMemo(() => drawnParts(segments, fromMs, toMs), [segments, fromMs, toMs])
  const sums = useMemo(() => timeByState(parts), [parts])
  const [hovered, setHovered] = useState<Segment | null>(null)
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setHovered(segmentAt(segments, fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs)))
  }
  return (
    <figure style={{ margin: 0 }} aria-label={label}>
      <Tooltip.Floating
        label={hovered ? <Hint segment={hovered} /> : ''}
        disabled={hovered === null}
        portalProps={{ target: `#${HINTS_ID}` }}
        fz="xs"
      >
        <div className={classes.track} data-small={small || undefined} onPointerMove={onMove} aria-hidden>
          {drawn.map(({ state, left, width, from }) => (
            <span
              key={from}
              className={`${classes.part} ${fill.fill}`}
              data-observed={state}
              data-tone={OBSERVED_LOOKS[state].tone}
              style={{ left: `${left}%`, width: `${width}%` }}
            />
          ))}
        </div>
      </Tooltip.Floating>
      <Axis fromMs={fromMs} toMs={toMs} />
      <ul className={classes.legend} aria-label={`${label}, by state`}>
        {sums.map(([state, ms]) => {
          const look = OBSERVED_LOOKS[state]
          return (
            <li key={state}>
              <span
                className={`${classes.swatch} ${fill.fill}`}
                data-observed={state}
                data-tone={look.tone}
                aria-hidden
              />
              {look.word}
              <span className={classes.soft}>{formatDuration(ms)}</span>
            </li>
          )
        })}
      </ul>
    </figure>
  )
}

function Axis({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  const ticks = timeTicks(fromMs, toMs, MOST_TICKS)
  return (
    <div className={classes.axis} aria-hidden>
      {ticks.map(({ at, label }) => {
        const share = (at - fromMs) / (toMs - fromMs)
        const edge = share < EDGE ? 'start' : share > 1 - EDGE ? 'end' : undefined
        return (
          <span key={at} className={classes.tick} data-edge={edge} style={{ left: `${share * 100}%` }}>
            {label}
          </span>
        )
      })}
    </div>
  )
}

function Hint({ segment: { state, from, to } }: { readonly segment: Segment }) {
  const look = OBSERVED_LOOKS[state]
  return (
    <div>
      <div className={classes.hintWord}>
        <look.icon size={13} aria-hidden />
        {look.word} for {formatDuration(Date.parse(to) - Date.parse(from))}
      </div>
      <div>from {formatExact(from)}</div>
      <div>to {formatExact(to)}</div>
    </div>
  )
}
