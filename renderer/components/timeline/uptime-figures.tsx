import type { Uptime } from '../../../shared/contract/monitor.ts'
import { formatShare, observedSentence, RANGE_WORDS } from '../../lib/uptime.ts'
import classes from './uptime-figures.module.css'

/** Uptimes side by side, each with the share of the time that it speaks of. */
export function UptimeFigures({ uptime }: { readonly uptime: readonly Uptime[] }) {
  return (
    <dl className={classes.figures}>
      {uptime.map((one) => (
        <div key={one.range} className={classes.figure}>
          <dd>
            <span className={classes.value} data-none={one.up === null || undefined}>
              {one.up === null ? '–' : formatShare(one.up)}
            </span>
            <span className={classes.soft}>{observedSentence(one)}</span>
          </dd>
          <dt>Up, last {RANGE_WORDS[one.range]}</dt>
        </div>
      ))}
    </dl>
  )
}
