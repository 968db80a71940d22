import { Title } from '@mantine/core'
import { useId, useMemo, useState } from 'react'
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { timeTicks } from '../lib/time-axis.ts'
import classes from './chart.module.css'
import {
  busiestLines,
  type ChartGroup,
  type ChartPoint,
  hasValues,
  peakKey,
  toPoints,
  unobservedStretches,
} from './chart-data.ts'
import { ChartHint } from './chart-hint.tsx'
import { ChartLegend } from './chart-legend.tsx'
import type { Charted, ZoomWindow } from './charted.ts'
import { lineLook, MOST_LINES } from './line-look.tsx'
import { markShapes } from './mark-shapes.tsx'
import { formatValue, valueTicks } from './value-axis.ts'

/** Labels of times that fit side by side in half a page. */
const MOST_TIME_TICKS = 6
/** The widest label of a value axis: `1023 MiB`, `12.4 kB/s`. */
const VALUE_AXIS_WIDTH = 68

interface TimeChartProps {
  readonly group: ChartGroup
  readonly charted: Charted
  readonly onZoom: (window: ZoomWindow) => void
}

/** One chart over time. What was not observed is hatched, and no line crosses it. */
export function TimeChart({ group, charted, onZoom }: TimeChartProps) {
  const [shown, setShown] = useState(() => busiestLines(group.lines, MOST_LINES))
  const toggle = (key: string) =>
    setShown((before) =>
      before.has(key) ? new Set([...before].filter((one) => one !== key)) : new Set([...before, key]),
    )
  const titleId = useId()
  return (
    <section className={`${classes.chart} ${classes.lines}`} aria-labelledby={titleId}>
      <Title order={3} id={titleId} className={classes.title ?? ''}>
        {group.title}
        {group.lines.some(({ key, peaks }) => peaks !== null && shown.has(key)) ? (
          <span className={classes.titleNote}>mean; the thin line is the highest</span>
        ) : null}
      </Title>
      {hasValues(group) ? (
        <Plot group={group} shown={shown} charted={charted} onZoom={onZoom} />
      ) : (
        <div className={classes.none}>
          <span>No data in this range</span>
        </div>
      )}
      <ChartLegend unit={group.unit} lines={group.lines} shown={shown} onToggle={toggle} />
    </section>
  )
}

interface PlotProps extends TimeChartProps {
  readonly shown: ReadonlySet<string>
}

function Plot({ group, shown, charted, onZoom }: PlotProps) {
  const hatchId = useId()
  const { times, fromMs, toMs, segments, marks, stepMs } = charted
  const points = useMemo(() => toPoints(group, times, fromMs, toMs), [group, times, fromMs, toMs])
  const lines = group.lines.filter(({ key }) => shown.has(key))
  const peaked = lines.filter(({ peaks }) => peaks !== null)
  const keys = [...lines.map(({ key }) => key), ...peaked.map(({ key }) => peakKey(key))]
  const highest = Math.max(0, ...keys.flatMap((key) => points.map((point) => point[key] ?? 0)))
  // Of one line the limit is the scale; the limits of several would be lines without a name.
  const limit = lines.length === 1 ? (lines[0]?.limit ?? null) : null
  const ticks = valueTicks(group.unit, Math.max(highest, limit ?? 0))
  const timeMarks = timeTicks(fromMs, toMs, MOST_TIME_TICKS)
  const drag = useDrag(onZoom)
  // The cursor goes through all charts at once, the values are said where the person is.
  const [isHere, setIsHere] = useState(false)
  const [come, leave] = [() => setIsHere(true), () => setIsHere(false)]
  const here = { onPointerEnter: come, onPointerLeave: leave, onFocus: come, onBlur: leave }
  return (
    <div className={classes.plot} {...here}>
      <ResponsiveContainer width="100%" height="100%">
        <LineChart
          data={points as ChartPoint[]}
          syncId="health"
          syncMethod="value"
          margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
          title={`${group.title} over time`}
          onMouseDown={({ activeLabel }) => drag.begin(activeLabel)}
          onMouseMove={({ activeLabel }) => drag.move(activeLabel)}
          onMouseUp={drag.end}
          onMouseLeave={drag.drop}
        >
          <defs>
            <pattern id={hatchId} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line x1="0" y1="0" x2="0" y2="7" stroke="var(--line-strong)" strokeWidth="2" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="t"
            type="number"
            domain={[fromMs, toMs]}
            allowDataOverflow
            ticks={timeMarks.map(({ at }) => at)}
            tickFormatter={(at: number) => timeMarks.find((tick) => tick.at === at)?.label ?? ''}
            stroke="var(--line-strong)"
            interval={0}
          />
          <YAxis
            width={VALUE_AXIS_WIDTH}
            domain={[0, ticks.at(-1) ?? 1]}
            ticks={[...ticks]}
            tickFormatter={(value: number) => formatValue(group.unit, value)}
            axisLine={false}
            tickLine={false}
          />
          {unobservedStretches(segments, fromMs, toMs).map(({ from, to }) => (
            <ReferenceArea
              key={from}
              x1={from}
              x2={to}
              fill={`url(#${hatchId})`}
              fillOpacity={0.7}
              ifOverflow="hidden"
            />
          ))}
          {markShapes(marks, fromMs, toMs)}
          {limit === null ? null : (
            <ReferenceLine
              y={limit}
              stroke="var(--ink-soft)"
              strokeDasharray="5 3"
              label={{
                value: group.unit === 'disk-bytes' ? 'size' : 'limit',
                position: 'insideTopRight',
                fill: 'var(--ink-soft)',
                fontSize: 11,
              }}
            />
          )}
          <Tooltip
            isAnimationActive={false}
            filterNull={false}
            cursor={{ stroke: 'var(--ink-soft)', strokeDasharray: '3 3' }}
            content={({ active, label }) =>
              active && isHere ? (
                <ChartHint
                  point={points.find(({ t }) => t === Number(label))}
                  group={group}
                  shown={shown}
                  segments={segments}
                  marks={marks}
                  times={times}
                  stepMs={stepMs}
                />
              ) : null
            }
          />
          {peaked.map(({ key, label }) => (
            <Line
              key={peakKey(key)}
              dataKey={peakKey(key)}
              name={`${label}, highest`}
              connectNulls={false}
              isAnimationActive={false}
              strokeWidth={1}
              strokeOpacity={0.55}
              dot={false}
              activeDot={false}
              stroke={lineLook(key).stroke}
            />
          ))}
          {lines.map(({ key, label }) => (
            <Line
              key={key}
              dataKey={key}
              name={label}
              type="linear"
              connectNulls={false}
              isAnimationActive={false}
              strokeWidth={2}
              dot={false}
              // A value with nothing on either side is a path without length, which only round ends show.
              strokeLinecap="round"
              activeDot={{ r: 3.5, strokeWidth: 0 }}
              {...lineLook(key)}
            />
          ))}
          {drag.selection ? (
            <ReferenceArea
              x1={drag.selection.from}
              x2={drag.selection.to}
              fill="var(--mantine-color-anchor)"
              fillOpacity={0.16}
            />
          ) : null}
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}

/** Drawing over a stretch of time with the pointer looks closer at it. */
function useDrag(onZoom: (window: ZoomWindow) => void) {
  const [selection, setSelection] = useState<{ begin: number; from: number; to: number } | null>(null)
  return {
    selection: selection && selection.to > selection.from ? selection : null,
    begin: (at: string | number | undefined) => {
      if (at !== undefined) setSelection({ begin: Number(at), from: Number(at), to: Number(at) })
    },
    move: (at: string | number | undefined) => {
      if (at === undefined) return
      setSelection(
        (now) =>
          now && { begin: now.begin, from: Math.min(now.begin, Number(at)), to: Math.max(now.begin, Number(at)) },
      )
    },
    end: () => {
      if (selection && selection.to > selection.from) onZoom({ fromMs: selection.from, toMs: selection.to })
      setSelection(null)
    },
    drop: () => setSelection(null),
  }
}
