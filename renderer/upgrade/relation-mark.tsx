import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import type { Tone } from '../theme.ts'
import classes from './version-row.module.css'

const LOOKS: Record<AvailableVersion['relation'], readonly [word: string, tone: Tone]> = {
  current: ['Runs now', 'ok'],
  patch: ['Patch', 'idle'],
  minor: ['Minor', 'idle'],
  major: ['Major', 'warn'],
  downgrade: ['Downgrade', 'warn'],
  unknown: ['Unordered', 'idle'],
}

/** How far a version is from what runs. */
export function RelationMark({ relation }: Pick<AvailableVersion, 'relation'>) {
  const [word, tone] = LOOKS[relation]
  return (
    <span className={classes.mark} data-tone={tone}>
      {word}
    </span>
  )
}
