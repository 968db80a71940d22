import type { StateLook } from '../lib/states.ts'
import classes from './state-badge.module.css'

interface StateBadgeProps {
  readonly look: StateLook
  /** `plain`: icon and word on the page's ground; `chip`: with a wash, where it is the first thing to see. */
  readonly variant?: 'plain' | 'chip'
  readonly word?: string
}

/** A state as icon and word. The tone is never alone. */
export function StateBadge({ look, variant = 'plain', word = look.word }: StateBadgeProps) {
  return (
    <span className={classes.badge} data-variant={variant} data-tone={look.tone}>
      <look.icon
        size={15}
        stroke={2}
        aria-hidden
        className={look.word === 'Running' && look.tone === 'busy' ? 'spin' : undefined}
      />
      <span className={classes.word}>{word}</span>
    </span>
  )
}

/** Only the icon, named for screen readers and on hover: for places where the word stands beside it already. */
export function StateIcon({ look, size = 15 }: { readonly look: StateLook; readonly size?: number }) {
  return (
    <span className={classes.icon} data-tone={look.tone} role="img" aria-label={look.word} title={look.word}>
      <look.icon
        size={size}
        stroke={2}
        aria-hidden
        className={look.word === 'Running' && look.tone === 'busy' ? 'spin' : undefined}
      />
    </span>
  )
}
