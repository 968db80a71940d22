/**
 * Reads values of a JSON object's own keys without parsing it: what stands in nested objects or in texts is skipped.
 * It takes the first of two equal keys, and reads as far as the text is JSON, so that a line that was cut off or is too
 * long to be parsed still tells its level.
 */

/** A value in the text: from its first character up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** No more of a line is read: a single line is not worth more than the time of some thousand others. */
export const MAX_JSON_LENGTH = 1_048_576

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** Place after the closing quote of the text that begins at `start`; -1 where it does not end. */
export function endOfText(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (quote !== -1) {
    let before = quote - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((quote - 1 - before) % 2 === 0) return quote + 1
    quote = text.indexOf('"', quote + 1)
  }
  return -1
}

function skipSpace(text: string, start: number): number {
  let at = start
  for (let code = text.charCodeAt(at); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(at)) at += 1
  return at
}

function endOfNested(text: string, start: number, limit: number): number {
  let depth = 0
  for (let at = start; at < limit; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfText(text, at)
      if (end === -1) return -1
      at = end - 1
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

/** Place after the value that begins at `start`; -1 where it does not end within the limit. */
function endOfValue(text: string, start: number, limit: number): number {
  const code = text.charCodeAt(start)
  if (code === QUOTE) return endOfText(text, start)
  if (code === OPEN_BRACE || code === OPEN_BRACKET) return endOfNested(text, start, limit)
  for (let at = start; at < limit; at += 1) {
    const next = text.charCodeAt(at)
    if (next === COMMA || next === CLOSE_BRACE || next <= 32) return at > start ? at : -1
  }
  return -1
}

/**
 * Tells each key of the object that begins at `start`, with its value, until `visit` answers true. A text that has no
 * end is told up to the end of what there is.
 */
export function scanObject(
  text: string,
  start: number,
  visit: (keyStart: number, keyEnd: number, value: Span) => boolean,
): void {
  const limit = Math.min(text.length, MAX_JSON_LENGTH)
  let at = skipSpace(text, start + 1)
  while (at < limit && text.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfText(text, at)
    if (keyEnd === -1) return
    const colon = skipSpace(text, keyEnd)
    if (text.charCodeAt(colon) !== COLON) return
    const value = skipSpace(text, colon + 1)
    const end = endOfValue(text, value, limit)
    if (visit(at + 1, keyEnd - 1, { start: value, end: end === -1 ? limit : end }) || end === -1) return
    const comma = skipSpace(text, end)
    if (text.charCodeAt(comma) !== COMMA) return
    at = skipSpace(text, comma + 1)
  }
}

/** The first of the wanted keys at this place, if it is one. */
export function keyAt(text: string, start: number, end: number, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    if (key.length === end - start && text.startsWith(key, start)) return key
  }
  return undefined
}
