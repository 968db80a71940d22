import type { ReactNode } from 'react'
import classes from './fact-list.module.css'

interface FactListProps {
  readonly facts: readonly (readonly [label: string, value: ReactNode])[]
  /** Side by side where there is room. */
  readonly inline?: boolean
}

/** Named facts: labels soft at the left, values at one edge. */
export function FactList({ facts, inline = false }: FactListProps) {
  return (
    <dl className={inline ? classes.inline : classes.list}>
      {facts.map(([label, value]) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
