import { UnstyledButton } from '@mantine/core'
import { FittedName } from '../components/figures.tsx'
import { formatPercent } from '../lib/format.ts'
import classes from './chart.module.css'
import { type ChartLine, latestValue } from './chart-data.ts'
import { LineSwatch } from './line-look.tsx'
import { formatValue, type Unit } from './value-axis.ts'

interface ChartLegendProps {
  readonly unit: Unit
  readonly lines: readonly ChartLine[]
  readonly shown: ReadonlySet<string>
  readonly onToggle: (key: string) => void
}

/** Every line by look, name and latest value; a click draws it or leaves it out. */
export function ChartLegend({ unit, lines, shown, onToggle }: ChartLegendProps) {
  return (
    <ul className={classes.legend}>
      {lines.map((line) => (
        <li key={line.key}>
          <UnstyledButton
            className={classes.entry}
            aria-pressed={shown.has(line.key)}
            title={shown.has(line.key) ? `Leave out ${line.label}` : `Draw ${line.label}`}
            onClick={() => onToggle(line.key)}
          >
            <LineSwatch line={line.key} />
            <span className={classes.label}>
              <FittedName text={line.label} />
            </span>
            <span className={classes.value}>{latestWords(unit, line)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}

/** `312 MiB of 512 MiB (61 %)`: what was last seen, against the limit where there is one. */
function latestWords(unit: Unit, line: ChartLine): string {
  const latest = latestValue(line)
  if (latest === null) return 'no data'
  if (line.limit === null || line.limit <= 0) return formatValue(unit, latest)
  return `${formatValue(unit, latest)} of ${formatValue(unit, line.limit)} (${formatPercent((latest / line.limit) * 100)})`
}
