import type { Drift } from '../../shared/contract/stacks.ts'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { count } from '../lib/format.ts'
import { VERDICT_LOOKS } from '../lib/states.ts'
import classes from './drift-list.module.css'

const WORDS: Record<Drift['kind'], string> = {
  'not-applied': 'Not applied',
  'image-drift': 'Other image',
  orphan: 'Orphan',
  'inactive-profile': 'Inactive profile',
  leftover: 'Leftover',
  missing: 'Missing',
  stopped: 'Stopped',
  'moving-tag': 'Moving tag',
}

/** Differences between the compose file and what runs, each with what to do about it. */
export function DriftList({ drift }: { readonly drift: readonly Drift[] }) {
  return (
    <Panel title="What runs differs from what should run" aside={count(drift.length, 'difference')} flush>
      <ul className={classes.list}>
        {drift.map((entry) => (
          <li key={`${entry.kind} ${entry.service} ${entry.message}`} className={classes.entry}>
            <StateBadge look={VERDICT_LOOKS.warning} word={WORDS[entry.kind]} />
            <div>
              <div>{entry.message}</div>
              <div className={classes.hint}>{entry.hint}</div>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
