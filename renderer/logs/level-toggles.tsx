import { UnstyledButton } from '@mantine/core'
import { useMemo } from 'react'
import type { LogFilter, LogHistogram } from '../../shared/contract/logs.ts'
import { fromLevel, passesLevel, toggleLevel } from './filter-edits.ts'
import { levelTotals } from './histogram.ts'
import { LEVEL_KEYS, LEVEL_LOOKS } from './level-looks.ts'
import classes from './log-toolbar.module.css'

interface LevelTogglesProps {
  readonly filter: LogFilter
  readonly histogram: LogHistogram | null
  readonly onFilter: (filter: LogFilter) => void
}

/** One button a level, with how many lines of it are shown. */
export function LevelToggles({ filter, histogram, onFilter }: LevelTogglesProps) {
  const totals = useMemo(() => (histogram ? levelTotals(histogram) : null), [histogram])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would not stand in the toolbar
    <div className={classes.levels} role="group" aria-label="Levels">
      {LEVEL_KEYS.map((level) => {
        const { icon: Icon, tone, word } = LEVEL_LOOKS[level]
        const amount = totals?.[level] ?? 0
        return (
          <UnstyledButton
            key={level}
            className={classes.level}
            data-tone={tone}
            aria-pressed={passesLevel(filter, level)}
            title={`${word}: ${amount.toLocaleString('en')} shown. With Shift: ${word} and graver`}
            onClick={(event) => onFilter(event.shiftKey ? fromLevel(filter, level) : toggleLevel(filter, level))}
          >
            <Icon size={13} stroke={2} aria-hidden />
            {level === 'none' ? 'none' : word}
            {amount > 0 ? <span className={classes.amount}>{shortCount(amount)}</span> : null}
          </UnstyledButton>
        )
      })}
    </div>
  )
}

/** `940`, `12k`, `1.2M`: the exact figure is on hover. */
function shortCount(amount: number): string {
  if (amount < 1000) return String(amount)
  if (amount < 1_000_000) return `${Number((amount / 1000).toFixed(amount < 10_000 ? 1 : 0))}k`
  return `${(amount / 1_000_000).toFixed(1)}M`
}
