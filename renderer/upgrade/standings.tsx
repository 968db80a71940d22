import type { ServiceVersions } from '../../shared/contract/stacks.ts'
import classes from './standings.module.css'

interface StandingsProps {
  readonly services: readonly ServiceVersions[]
  /** They are not all of the choice. */
  readonly some: boolean
}

/** Why no version is offered to these services: one sentence where it is the same for all of the choice. */
export function Standings({ services, some }: StandingsProps) {
  const reasons = [...Map.groupBy(services, ({ reason }) => reason)]
  const [first] = reasons
  if (first === undefined) return null
  if (reasons.length === 1 && !some) return <p className={classes.one}>{first[0]}</p>
  return (
    <dl className={classes.many}>
      {reasons.map(([reason, those]) => (
        <div key={reason} className={classes.reason}>
          <dt>{those.map(({ service }) => service).join(', ')}</dt>
          <dd>{reason}</dd>
        </div>
      ))}
    </dl>
  )
}
