import { useMemo } from 'react'
import type { Observed } from '../../../shared/contract/monitor.ts'
import { countStates, OBSERVED_LOOKS, runsOf } from '../../lib/observed.ts'
import classes from './day-strip.module.css'
import fill from './observed.module.css'

/** `Last 24 h: down 1 h, healthy 20 h 30 min …`: what the strip says, in words. */
function stripSentence(day: readonly Observed[]): string {
  const hours = (parts: number) => `${((parts * 24) / day.length).toFixed(1).replace('.0', '')} h`
  const parts = countStates(day).map(
    ([state, amount]) => `${OBSERVED_LOOKS[state].word.toLowerCase()} in ${hours(amount)}`,
  )
  return `Last 24 h: ${parts.join(', ') || 'nothing known'}`
}

/** The last 24 hours of a stack in as little room as a word; each part shows its worst. */
export function DayStrip({ day }: { readonly day: readonly Observed[] }) {
  const runs = useMemo(() => runsOf(day), [day])
  const sentence = stripSentence(day)
  return (
    <div className={classes.strip} role="img" aria-label={sentence} title={sentence}>
      {runs.map(({ state, from, length }) => (
        <span
          key={from}
          className={fill.fill}
          data-observed={state}
          data-tone={OBSERVED_LOOKS[state].tone}
          style={{ flex: length }}
        />
      ))}
    </div>
  )
}
