import type { ValueCondition } from './condition-schema.ts'
import { matchesExpression } from './expression.ts'

/** Values in reasons are cut to this: a reason is read in one line. */
const QUOTED_CHARACTERS = 120

/** The first demand that a value of a body does not meet, as words after “expected”; null where it meets all. */
export function firstUnmet(condition: ValueCondition, value: unknown): string | null {
  const { equals, oneOf, matches, atLeast, atMost } = condition
  if (equals !== undefined && value !== equals) return quote(equals)
  if (oneOf !== undefined && !oneOf.some((option) => option === value)) return `one of ${oneOf.map(quote).join(', ')}`
  if (matches !== undefined && !(typeof value === 'string' && matchesExpression(matches, value))) return `/${matches}/`
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) return `at least ${atLeast}`
  if (atMost !== undefined && !(typeof value === 'number' && value <= atMost)) return `at most ${atMost}`
  return null
}

/**
 * The same for a value that a database gave as text, or null: there `39` and `'39'` are one, and so are `true` and the
 * `t` that PostgreSQL prints.
 */
export function firstUnmetOfText(condition: ValueCondition, value: string | null): string | null {
  const { equals, oneOf, matches, atLeast, atMost } = condition
  const isOne = (option: string | number | boolean | null) => isSameValue(option, value)
  if (equals !== undefined && !isOne(equals)) return quote(equals)
  if (oneOf !== undefined && !oneOf.some(isOne)) return `one of ${oneOf.map(quote).join(', ')}`
  if (matches !== undefined && (value === null || !matchesExpression(matches, value))) return `/${matches}/`
  const number = value === null || value.trim() === '' ? Number.NaN : Number(value)
  if (atLeast !== undefined && !(number >= atLeast)) return `at least ${atLeast}`
  if (atMost !== undefined && !(number <= atMost)) return `at most ${atMost}`
  return null
}

function isSameValue(option: string | number | boolean | null, value: string | null): boolean {
  if (option === null || value === null) return option === value
  if (typeof option === 'boolean') return (option ? ['t', 'true', '1'] : ['f', 'false', '0']).includes(value)
  return typeof option === 'number' ? value.trim() !== '' && Number(value) === option : option === value
}

/** A value as a reason names it. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= QUOTED_CHARACTERS ? text : `${text.slice(0, QUOTED_CHARACTERS)}…`
}
