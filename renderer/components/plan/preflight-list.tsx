import type { PreflightResult } from '../../../shared/contract/operations.ts'
import { VERDICT_LOOKS } from '../../lib/states.ts'
import { StateBadge } from '../state-badge.tsx'
import classes from './preflight-list.module.css'

/** What was measured before anything is allowed to change. */
export function PreflightList({ results }: { readonly results: readonly PreflightResult[] }) {
  return (
    <ul className={classes.list}>
      {results.map((result) => (
        <li key={result.id} className={classes.entry}>
          <StateBadge look={VERDICT_LOOKS[result.verdict]} />
          <span className={classes.title}>{result.title}</span>
          <span>
            {result.detail}
            {result.hint ? <span className={classes.hint}> {result.hint}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}
