import { Brush, Line, LineChart, ResponsiveContainer } from 'recharts'
import { shortMoment } from '../lib/time-axis.ts'
import classes from './chart.module.css'
import { type ChartGroup, type ChartPoint, toPoints } from './chart-data.ts'
import type { ZoomWindow } from './charted.ts'
import { lineLook } from './line-look.tsx'

interface WindowBrushProps {
  readonly group: ChartGroup
  readonly whole: ZoomWindow
  readonly window: ZoomWindow | null
  readonly times: readonly number[]
  readonly onChange: (window: ZoomWindow | null) => void
}

/** The whole range small, with two handles that choose what the charts show; arrow keys move them. */
export function WindowBrush({ group, whole, window, times, onChange }: WindowBrushProps) {
  const points = toPoints(group, times, whole.fromMs, whole.toMs)
  const last = points.length - 1
  const indexOf = (ms: number, fallback: number) => {
    const index = points.findIndex(({ t }) => t >= ms)
    return index === -1 ? fallback : index
  }
  const [line] = group.lines
  const choose = ({ startIndex = 0, endIndex = last }: { startIndex?: number; endIndex?: number }) => {
    const [from, to] = [points[startIndex], points[endIndex]]
    const all = startIndex === 0 && endIndex === last
    onChange(all || !from || !to || from.t >= to.t ? null : { fromMs: from.t, toMs: to.t })
  }
  return (
    <div className={`${classes.brush} ${classes.lines}`}>
      <ResponsiveContainer width="100%" height="100%">
        <LineChart
          data={points as ChartPoint[]}
          margin={{ top: 0, right: 8, bottom: 0, left: 8 }}
          accessibilityLayer={false}
        >
          <Brush
            dataKey="t"
            height={44}
            y={0}
            travellerWidth={9}
            startIndex={window ? indexOf(window.fromMs, 0) : 0}
            endIndex={window ? indexOf(window.toMs, last) : last}
            tickFormatter={(at: number) => shortMoment(at, Date.now())}
            stroke="var(--mantine-color-anchor)"
            fill="var(--surface-sunken)"
            ariaLabel="Edge of the stretch that the charts show"
            onChange={choose}
          >
            {line ? (
              <LineChart data={points as ChartPoint[]}>
                <Line
                  dataKey={line.key}
                  dot={false}
                  isAnimationActive={false}
                  strokeWidth={1}
                  {...lineLook(line.key)}
                />
              </LineChart>
            ) : (
              <LineChart />
            )}
          </Brush>
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}
