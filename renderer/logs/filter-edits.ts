import type { FieldCondition, LogFilter } from '../../shared/contract/logs.ts'
import { count } from '../lib/format.ts'
import { LEVEL_KEYS, type LevelKey } from './level-looks.ts'
import type { LogLink } from './log-link.ts'
import { formatLineTime } from './log-time.ts'

/** Every line passes. */
export const EVERYTHING: LogFilter = {
  services: [],
  levels: [],
  from: null,
  to: null,
  fields: [],
  text: '',
  regularExpression: false,
  matchCase: false,
}

/** Puts one level in or out. All in is the same as none asked for; the last one cannot be put out. */
export function toggleLevel(filter: LogFilter, level: LevelKey): LogFilter {
  const asked = filter.levels.length === 0 ? LEVEL_KEYS : filter.levels
  const levels = LEVEL_KEYS.filter((key) => asked.includes(key) !== (key === level))
  return { ...filter, levels: levels.length === LEVEL_KEYS.length || levels.length === 0 ? [] : levels }
}

/** This level and what is graver. */
export function fromLevel(filter: LogFilter, level: LevelKey): LogFilter {
  const levels = LEVEL_KEYS.slice(0, LEVEL_KEYS.indexOf(level) + 1)
  return { ...filter, levels: levels.length === LEVEL_KEYS.length ? [] : levels }
}

export function passesLevel(filter: LogFilter, level: LevelKey): boolean {
  return filter.levels.length === 0 || filter.levels.includes(level)
}

export function toggleService(filter: LogFilter, service: string, all: readonly string[]): LogFilter {
  const asked = filter.services.length === 0 ? all : filter.services
  const services = all.filter((name) => asked.includes(name) !== (name === service))
  return { ...filter, services: services.length === all.length || services.length === 0 ? [] : services }
}

/** One condition for a field and value: filtering by what was excluded turns it round. */
export function addCondition(filter: LogFilter, condition: FieldCondition): LogFilter {
  const others = filter.fields.filter(({ field, value }) => field !== condition.field || value !== condition.value)
  return { ...filter, fields: [...others, condition] }
}

/** A filter that an address names. */
export function filterOfLink({ service, level, text }: LogLink): LogFilter {
  const services = service?.split(',').filter((name) => name !== '') ?? []
  const levels = LEVEL_KEYS.filter((key) => level?.split(',').includes(key))
  return { ...EVERYTHING, services, levels, text: text ?? '' }
}

/** What an address needs to say to show the same lines at a moment; the rest of a filter does not fit in it. */
export function linkTo(filter: LogFilter, at: string): LogLink {
  return {
    at,
    ...(filter.services.length > 0 ? { service: filter.services.join(',') } : {}),
    ...(filter.levels.length > 0 ? { level: filter.levels.join(',') } : {}),
    ...(filter.text === '' || filter.regularExpression ? {} : { text: filter.text }),
  }
}

/** One part of a filter that can be taken out by itself. */
export interface FilterPart {
  readonly key: string
  readonly label: string
  readonly without: LogFilter
}

/** What a filter asks for beyond its text, each with the filter that no longer asks for it. */
export function filterParts(filter: LogFilter): FilterPart[] {
  const { services, levels, from, to, fields } = filter
  const parts: FilterPart[] = []
  if (services.length > 0) {
    const label = services.length > 3 ? count(services.length, 'service') : services.join(', ')
    parts.push({ key: 'services', label: `service: ${label}`, without: { ...filter, services: [] } })
  }
  if (levels.length > 0) {
    const words = levels.map((level) => (level === 'none' ? 'no level' : level))
    parts.push({ key: 'levels', label: `level: ${words.join(', ')}`, without: { ...filter, levels: [] } })
  }
  if (from !== null || to !== null) {
    parts.push({ key: 'time', label: rangeText(from, to), without: { ...filter, from: null, to: null } })
  }
  for (const condition of fields) {
    parts.push({
      key: `field:${condition.field}:${condition.value}`,
      label: `${condition.field} ${condition.exclude ? '≠' : '='} ${condition.value === '' ? '“”' : condition.value}`,
      without: { ...filter, fields: fields.filter((other) => other !== condition) },
    })
  }
  return parts
}

function rangeText(from: string | null, to: string | null): string {
  const show = (iso: string) => formatLineTime(iso, new Date(iso).toDateString() !== new Date().toDateString())
  if (from === null) return `until ${show(to ?? '')}`
  return to === null ? `since ${show(from)}` : `${show(from)} to ${show(to)}`
}

/** A filter in a line, for saved filters and watch rules. */
export function filterSentence(filter: LogFilter): string {
  const parts = filterParts(filter).map(({ label }) => label)
  if (filter.text !== '') parts.push(filter.regularExpression ? `matches /${filter.text}/` : `has “${filter.text}”`)
  return parts.length === 0 ? 'every line' : parts.join(', ')
}

/** Why a regular expression cannot be used; null where there is nothing to say. */
export function textProblem({ text, regularExpression }: LogFilter): string | null {
  if (!regularExpression || text === '') return null
  try {
    new RegExp(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : 'Not valid'
  }
}
