import { cleanText } from './clean-text.ts'
import { valueAt } from './line-keys.ts'
import type { ParsedLine } from './parsed-line.ts'

/** A value is shown, and compared, up to here: as long as a condition of a filter may be. */
const MAX_VALUE_LENGTH = 2000
/** More fields than a person scrolls through. */
const MAX_FIELDS = 1000
/** Objects nest deeper only in lines that want to do harm; below, they are one value. */
const MAX_DEPTH = 12

/** A value as the screen shows it and filters compare it. */
function fieldText(value: unknown): string {
  if (typeof value === 'string') return cleanText(value, MAX_VALUE_LENGTH)
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return cleanText(text, MAX_VALUE_LENGTH)
}

/** The named fields that the line has, as text. Null counts as not having it. */
export function pickFields(parsed: ParsedLine, names: readonly string[]): Record<string, string> {
  const { fields } = parsed
  if (fields === null || names.length === 0) return {}
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = valueAt(fields, name)
      return value === undefined || value === null ? [] : [[name, fieldText(value)]]
    }),
  )
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}

/** Every field by its path, as text. What nests deeper than anybody reads, and lists, are one value. */
export function flattenFields(parsed: ParsedLine): { field: string; value: string }[] {
  const found = new Map<string, string>()
  const walk = (object: object, prefix: string, depth: number) => {
    for (const [key, value] of Object.entries(object)) {
      if (found.size >= MAX_FIELDS) return
      const path = prefix + key
      if (isNested(value) && depth < MAX_DEPTH) walk(value, `${path}.`, depth + 1)
      else if (!found.has(path)) found.set(path, fieldText(value))
    }
  }
  if (parsed.fields !== null) walk(parsed.fields, '', 0)
  return [...found].map(([field, value]) => ({ field, value }))
}

/** Whether a field has the value, told by the text that stands for it. A line without the field does not. */
export function hasValue(parsed: ParsedLine, field: string, value: string): boolean {
  const found = valueAt(parsed.fields, field)
  return found !== undefined && fieldText(found) === value
}
