import type { ProbeResult } from '../../shared/contract/stacks.ts'
import { formatDuration } from '../lib/format.ts'
import { HEALTH_LOOKS } from '../lib/states.ts'
import { RelativeTime } from './figures.tsx'
import classes from './probe-list.module.css'
import { StateBadge } from './state-badge.tsx'

/** Probes with what was asked, what was answered, and why it was judged so. */
export function ProbeList({ probes }: { readonly probes: readonly ProbeResult[] }) {
  return (
    <ul className={classes.list}>
      {probes.map((probe) => (
        <Probe key={`${probe.service} ${probe.id}`} probe={probe} />
      ))}
    </ul>
  )
}

function Probe({ probe }: { readonly probe: ProbeResult }) {
  return (
    <li className={classes.probe}>
      <div className={classes.head}>
        <StateBadge look={HEALTH_LOOKS[probe.health]} />
        <span className={classes.title}>{probe.title}</span>
        <span className={classes.soft}>
          <RelativeTime at={probe.checkedAt} />
          {probe.durationMs === null ? '' : `, took ${formatDuration(probe.durationMs)}`}
        </span>
      </div>
      <div>{probe.reason}</div>
      <ProbeExchange probe={probe} />
    </li>
  )
}

/** The question and the answer as they went over the wire. */
export function ProbeExchange({ probe }: { readonly probe: ProbeResult }) {
  const { answer } = probe
  return (
    <div className={classes.exchange}>
      <div>{probe.request}</div>
      <div className={classes.answer}>
        {answer ? [answer.status, answer.body].filter((part) => part !== null && part !== '').join(' ') : 'no answer'}
      </div>
    </div>
  )
}
