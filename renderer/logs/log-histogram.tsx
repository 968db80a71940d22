import { Button } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconZoomReset } from '@tabler/icons-react'
import { memo, useMemo } from 'react'
import type { LogHistogram as Histogram, LogFilter } from '../../shared/contract/logs.ts'
import { type Bar, barParts, barText, histogramBars } from './histogram.ts'
import classes from './log-histogram.module.css'
import { formatBucketTime } from './log-time.ts'
import { type BarRangeControl, useBarRange } from './use-bar-range.ts'

/** Narrower bars could not be told apart. */
const BAR_PX = 7
/** Two pixels of the chart's height: what is there is never drawn as nothing. */
const LEAST = 2 / 46

interface LogHistogramProps {
  readonly histogram: Histogram | null
  readonly filter: LogFilter
  readonly onRange: (from: string | null, to: string | null) => void
}

/** Lines by level over time, of which a stretch can be chosen to look at. */
export function LogHistogram({ histogram, filter, onRange }: LogHistogramProps) {
  const { ref, width } = useElementSize()
  const maxBars = Math.max(1, Math.floor(width / BAR_PX))
  const bars = useMemo(() => (histogram ? histogramBars(histogram, maxBars) : []), [histogram, maxBars])
  const isZoomed = filter.from !== null || filter.to !== null
  const reset = () => onRange(null, null)
  const control = useBarRange(
    bars,
    (fromMs, toMs) => onRange(new Date(fromMs).toISOString(), new Date(toMs).toISOString()),
    reset,
  )
  return (
    <section className={classes.chart} aria-label="Lines over time">
      <div ref={ref} className={classes.plot}>
        {bars.length === 0 ? (
          <div className={classes.empty}>No lines to draw over time.</div>
        ) : (
          <Plot bars={bars} control={control} />
        )}
      </div>
      <Side bars={bars} isZoomed={isZoomed} onReset={reset} />
    </section>
  )
}

function Side({ bars, isZoomed, onReset }: { bars: readonly Bar[]; isZoomed: boolean; onReset: () => void }) {
  const highest = highestOf(bars)
  const first = bars[0]
  return (
    <div className={classes.side}>
      <span title="Lines in the highest bar">{highest === 0 ? '' : `max ${highest.toLocaleString('en')}`}</span>
      {isZoomed ? (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconZoomReset size={13} aria-hidden />}
          onClick={onReset}
        >
          Reset zoom
        </Button>
      ) : null}
      <span>{first ? `${barLength(first)} a bar` : ''}</span>
    </div>
  )
}

function Plot({ bars, control }: { readonly bars: readonly Bar[]; readonly control: BarRangeControl }) {
  const shown = control.hover ?? (control.first === null ? null : control.head)
  const head = bars[control.head]
  const withDay = spansDays(bars)
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Time: arrows move, Shift extends, Enter zooms, Escape resets"
      aria-valuemin={0}
      aria-valuemax={bars.length - 1}
      aria-valuenow={control.head}
      aria-valuetext={head ? `${barTime(head, withDay)}: ${barText(head)}` : ''}
      {...control.handlers}
    >
      <Bars bars={bars} />
      <Marks bars={bars} control={control} />
      <Tip bars={bars} control={control} shown={shown} withDay={withDay} />
      <Axis bars={bars} withDay={withDay} />
    </div>
  )
}

const Bars = memo(function Bars({ bars }: { readonly bars: readonly Bar[] }) {
  const highest = highestOf(bars)
  return (
    <svg className={classes.svg} viewBox={`0 0 ${bars.length} 1`} preserveAspectRatio="none" aria-hidden>
      {bars.map((bar, index) =>
        // The gravest is drawn last: a single error among thousands of lines is still to be seen.
        barParts(bar, highest)
          .toReversed()
          .map(({ level, from, to }) => (
            <rect
              key={`${bar.fromMs}-${level}`}
              className={classes.part}
              data-level={level}
              x={index + 0.1}
              width={0.8}
              y={1 - Math.max(to, LEAST)}
              height={Math.max(to - from, LEAST)}
            />
          )),
      )}
    </svg>
  )
})

function Marks({ bars, control }: { readonly bars: readonly Bar[]; readonly control: BarRangeControl }) {
  const { first, last, hover } = control
  const percent = (index: number) => `${(index / bars.length) * 100}%`
  return (
    <svg className={`${classes.svg} ${classes.marks}`} aria-hidden>
      {first === null || last === null ? null : (
        <rect className={classes.selection} x={percent(first)} width={percent(last - first + 1)} y={0} height="100%" />
      )}
      {hover === null ? null : (
        <rect className={classes.cursor} x={percent(hover)} width={percent(1)} y={0} height="100%" />
      )}
    </svg>
  )
}

interface TipProps {
  readonly bars: readonly Bar[]
  readonly control: BarRangeControl
  readonly shown: number | null
  readonly withDay: boolean
}

function Tip({ bars, control, shown, withDay }: TipProps) {
  const bar = shown === null ? undefined : bars[shown]
  if (shown === null || !bar) return null
  const { first, last } = control
  const isRange = first !== null && last !== null && first !== last
  const from = isRange ? bars[first] : bar
  const to = isRange ? bars[last] : bar
  const text = isRange && from && to ? `${start(from, withDay)} to ${end(to, withDay)}` : barTime(bar, withDay)
  const side =
    shown > bars.length / 2
      ? { right: `${100 - (shown / bars.length) * 100}%` }
      : { left: `${((shown + 1) / bars.length) * 100}%` }
  return (
    <div className={classes.tip} style={side} aria-hidden>
      {text}
      {isRange ? '' : `: ${barText(bar)}`}
    </div>
  )
}

function Axis({ bars, withDay }: { readonly bars: readonly Bar[]; readonly withDay: boolean }) {
  const first = bars[0]
  const middle = bars[Math.floor(bars.length / 2)]
  const last = bars.at(-1)
  return (
    <div className={classes.axis} aria-hidden>
      <span>{first ? start(first, withDay) : ''}</span>
      <span>{middle && bars.length > 4 ? start(middle, withDay) : ''}</span>
      <span>{last ? end(last, withDay) : ''}</span>
    </div>
  )
}

const highestOf = (bars: readonly Bar[]): number => bars.reduce((highest, { total }) => Math.max(highest, total), 0)
const start = (bar: Bar, withDay: boolean): string => formatBucketTime(bar.fromMs, withDay)
const end = (bar: Bar, withDay: boolean): string => formatBucketTime(bar.toMs, withDay)
const barTime = (bar: Bar, withDay: boolean): string => `${start(bar, withDay)} to ${end(bar, withDay)}`

function spansDays(bars: readonly Bar[]): boolean {
  const [first, last] = [bars[0], bars.at(-1)]
  return (
    first !== undefined &&
    last !== undefined &&
    new Date(first.fromMs).toDateString() !== new Date(last.toMs).toDateString()
  )
}

function barLength({ fromMs, toMs }: Bar): string {
  const seconds = (toMs - fromMs) / 1000
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`
  return seconds < 7200 ? `${Number((seconds / 60).toFixed(1))} min` : `${Number((seconds / 3600).toFixed(1))} h`
}
