import type { LogFilter } from '../contract/logs.ts'
import { SlipwayError } from '../errors.ts'
import { cleanText } from './clean-text.ts'
import type { LogLevel } from './level.ts'
import { hasValue } from './line-fields.ts'
import type { ParsedLine } from './parsed-line.ts'
import { searchExpression, searchText, type TextTest } from './search/text-search.ts'

/** What a filter looks at. `parsed` is asked for last, and only where the filter names fields. */
export interface FilterLine {
  readonly service: string
  readonly level: LogLevel | null
  /** The engine's time, in nanoseconds since 1970. */
  readonly timeNs: bigint
  readonly text: string
  parsed(): ParsedLine
}

/** A filter ready for use: its parts, for who holds lines by column, and all of it at once. */
export interface CompiledFilter {
  /** Both inclusive. Null: no bound. */
  readonly fromNs: bigint | null
  readonly toNs: bigint | null
  hasService(service: string): boolean
  hasLevel(level: LogLevel | null): boolean
  /** Null: the filter asks for no text. */
  readonly hasText: TextTest | null
  /** Null: the filter asks for no fields. */
  readonly hasFields: ((parsed: ParsedLine) => boolean) | null
  passes(line: FilterLine): boolean
}

/** `2026-11-21T20:15:33.123456789Z` to the nanosecond. */
function toNanoseconds(iso: string, name: string): bigint {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) {
    throw new SlipwayError('input.invalid', `The ${name} of the filter, ${iso}, is no time.`, {
      hint: 'Give it as ISO 8601, as 2026-11-21T20:15:33Z.',
    })
  }
  const fraction = /[.,](\d{1,9})/.exec(iso)?.[1] ?? ''
  return BigInt(Math.floor(ms / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

const ESCAPE = '\u001b'

/** Searches the line as it was written, and as it reads where colours stand between its words. */
function throughColours(test: TextTest): TextTest {
  return (text) => test(text) || (text.includes(ESCAPE) && test(cleanText(text, text.length)))
}

function compileText(filter: LogFilter): TextTest | null {
  if (filter.text === '') return null
  const search = filter.regularExpression ? searchExpression : searchText
  return throughColours(search(filter.text, filter.matchCase))
}

function compileFields({ fields }: LogFilter): CompiledFilter['hasFields'] {
  if (fields.length === 0) return null
  return (parsed) => fields.every(({ field, value, exclude }) => hasValue(parsed, field, value) !== exclude)
}

/** Makes a filter ready for use. Throws `input.invalid` for an expression or a time that cannot be read. */
export function compileFilter(filter: LogFilter): CompiledFilter {
  const services = new Set(filter.services)
  const levels = new Set(filter.levels)
  const fromNs = filter.from === null ? null : toNanoseconds(filter.from, 'beginning')
  const toNs = filter.to === null ? null : toNanoseconds(filter.to, 'end')
  const hasText = compileText(filter)
  const hasFields = compileFields(filter)
  const hasService = (service: string) => services.size === 0 || services.has(service)
  const hasLevel = (level: LogLevel | null) => levels.size === 0 || levels.has(level ?? 'none')
  const passes = ({ service, level, timeNs, text, parsed }: FilterLine) =>
    hasService(service) &&
    hasLevel(level) &&
    (fromNs === null || timeNs >= fromNs) &&
    (toNs === null || timeNs <= toNs) &&
    (hasText === null || hasText(text)) &&
    (hasFields === null || hasFields(parsed()))
  return { fromNs, toNs, hasService, hasLevel, hasText, hasFields, passes }
}
