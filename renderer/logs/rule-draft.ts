import type { LogFilter, WatchRule } from '../../shared/contract/logs.ts'
import { count } from '../lib/format.ts'
import { EVERYTHING, filterSentence, fromLevel } from './filter-edits.ts'
import { LEVEL_KEYS, type LevelKey } from './level-looks.ts'

/** `more than 5 lines in 60 s: level: fatal, error`. */
export function ruleSentence({ filter, moreThan, withinSeconds }: Omit<WatchRule, 'id' | 'name' | 'enabled'>): string {
  const amount = moreThan === 0 ? 'any line' : `more than ${count(moreThan, 'line')} in ${withinSeconds} s`
  return `${amount}: ${filterSentence(filter)}`
}

/** A new rule begins with what is looked at; a range of time means nothing to it. */
export function draftRule(filter: LogFilter): WatchRule {
  const lasting = { ...filter, from: null, to: null }
  const isPlain = filterSentence(lasting) === filterSentence(EVERYTHING)
  return {
    id: crypto.randomUUID(),
    name: '',
    filter: isPlain ? fromLevel(EVERYTHING, 'error') : lasting,
    moreThan: 5,
    withinSeconds: 60,
    enabled: true,
  }
}

/** The least grave level that a filter asks for, where it asks for all that are graver too. */
export function leastLevel({ levels }: LogFilter): LevelKey | 'any' | 'other' {
  if (levels.length === 0) return 'any'
  const least = LEVEL_KEYS.findLast((level) => levels.includes(level))
  return least && LEVEL_KEYS.indexOf(least) + 1 === levels.length ? least : 'other'
}
