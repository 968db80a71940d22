import { cleanText, MAX_MESSAGE_LENGTH } from './clean-text.ts'
import { describeFields } from './describe-fields.ts'
import { keyAt, MAX_JSON_LENGTH, type Span, scanObject } from './json-scan.ts'
import type { LogLevel } from './level.ts'
import { levelOfNumber, levelOfWord } from './level-words.ts'
import { firstUsable, type LineKeys } from './line-keys.ts'
import { timeOf } from './log-time.ts'
import { parseJson } from './parse-json.ts'

/** What a line of JSON tells beside its level. */
export interface JsonLine {
  readonly timeMs: number | null
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly note: string | null
}

function levelAt(text: string, { start, end }: Span, keys: LineKeys): LogLevel | null {
  if (text.charCodeAt(start) === 34)
    return levelOfWord(text.slice(start + 1, Math.min(end - 1, start + 40)), keys.numbers)
  if (end - start > 8) return null
  return levelOfNumber(Number(text.slice(start, end)), keys.numbers)
}

/** The level that the runbook's own key tells, which may lie in nested objects. */
function statedLevel(text: string, start: number, path: string, keys: LineKeys): LogLevel | null {
  let level: LogLevel | null = null
  scanObject(text, start, (keyStart, keyEnd, value) => {
    if (!path.startsWith(text.slice(keyStart, Math.min(keyEnd, keyStart + 201)))) return false
    if (keyEnd - keyStart === path.length) level = levelAt(text, value, keys)
    else if (path[keyEnd - keyStart] === '.' && text.charCodeAt(value.start) === 123)
      level = statedLevel(text, value.start, path.slice(keyEnd - keyStart + 1), keys)
    return level !== null
  })
  return level
}

/** The level of a text that begins with a brace; null where none of its keys tells one, undefined where it has none. */
export function readJsonLevel(text: string, keys: LineKeys): LogLevel | null | undefined {
  const stated = keys.stated.level === undefined ? null : statedLevel(text, 0, keys.stated.level, keys)
  if (stated !== null) return stated
  let level: LogLevel | null | undefined
  scanObject(text, 0, (keyStart, keyEnd, value) => {
    level ??= null
    if (keyAt(text, keyStart, keyEnd, keys.level) !== undefined) level = levelAt(text, value, keys)
    return level !== null
  })
  return level
}

function messageOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? cleanText(JSON.stringify(value), 4096) : String(value)
}

/** Reads the fields of an object as a log line. */
export function readFields(fields: Readonly<Record<string, unknown>>, keys: LineKeys): Omit<JsonLine, 'note'> {
  const message = firstUsable(fields, keys.stated.message, keys.message, messageOf)
  return {
    timeMs: firstUsable(fields, keys.stated.time, keys.time, timeOf),
    message: cleanText(message ?? describeFields(fields)),
    fields,
  }
}

/** A text as far as it goes: its end, or half an escape at its end, may be missing. */
function readCutText(raw: string): string {
  const whole = raw
    .slice(1)
    .replace(/"$/, '')
    .replace(/\\(?:u[\da-fA-F]{0,3})?$/, '')
  const value = parseJson(`"${whole}"`)?.value
  return typeof value === 'string' ? value : whole
}

/** Its own texts and numbers, of a line that is not parsed whole. */
function scanFields(text: string): Record<string, unknown> {
  const pairs: [string, unknown][] = []
  scanObject(text, 0, (keyStart, keyEnd, { start: from, end }) => {
    const code = text.charCodeAt(from)
    const nested = code === 123 || code === 91
    if (!nested && keyEnd - keyStart <= 200) {
      const value = text.slice(from, Math.min(end, from + MAX_MESSAGE_LENGTH))
      pairs.push([text.slice(keyStart, keyEnd), parseJson(value)?.value ?? (code === 34 ? readCutText(value) : value)])
    }
    return pairs.length >= 256
  })
  return Object.fromEntries(pairs)
}

/** Reads a text that begins with a brace. Null: nothing of it reads as JSON. */
export function readJson(text: string, keys: LineKeys): JsonLine | null {
  const whole = text.length <= MAX_JSON_LENGTH ? parseJson(text) : null
  if (whole !== null) {
    return { ...readFields(whole.value as Record<string, unknown>, keys), note: null }
  }
  const fields = scanFields(text)
  if (Object.keys(fields).length === 0) return null
  const why = text.length > MAX_JSON_LENGTH ? 'is longer than 1 MB' : 'is not whole or not valid JSON'
  return { ...readFields(fields, keys), note: `The line ${why}: only some of its fields were read.` }
}
