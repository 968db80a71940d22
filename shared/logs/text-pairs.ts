/** More pairs than anybody reads in one line. */
const MAX_PAIRS = 256

const KEY = /([A-Za-z_@][\w.@/-]{0,127})=/y
const BARE = /[^\s"']\S{0,65535}|/y
const SPACE = /[ \t]*/y

/** Place of the quote that ends the text that begins before `start`; -1: none. */
function closingQuote(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start)
  while (end !== -1) {
    let before = end - 1
    while (before >= start && text[before] === '\\') before -= 1
    if ((end - 1 - before) % 2 === 0) return end
    end = text.indexOf(quote, end + 1)
  }
  return -1
}

function unquote(value: string): string {
  if (!value.includes('\\')) return value
  try {
    const text: unknown = JSON.parse(`"${value}"`)
    return typeof text === 'string' ? text : value
  } catch {
    return value.replaceAll(/\\(["'\\])/g, '$1')
  }
}

function readValue(text: string, start: number): { value: string; end: number } | null {
  const first = text[start]
  if (first === '"' || first === "'") {
    const end = closingQuote(text, start + 1, first)
    return end === -1 ? null : { value: unquote(text.slice(start + 1, end)), end: end + 1 }
  }
  BARE.lastIndex = start
  const value = BARE.exec(text)?.[0] ?? ''
  return { value, end: start + value.length }
}

/** Tells the pairs `key=value` from `start` on until `visit` answers true. Answers where they end. */
export function scanPairs(text: string, start: number, visit: (key: string, value: string) => boolean): number {
  let at = start
  for (let count = 0; count < MAX_PAIRS && at < text.length; count += 1) {
    KEY.lastIndex = at
    const key = KEY.exec(text)?.[1]
    if (key === undefined) return at
    const read = readValue(text, at + key.length + 1)
    if (read === null) return at
    SPACE.lastIndex = read.end
    const space = SPACE.exec(text)?.[0].length ?? 0
    if (space === 0 && read.end < text.length) return at
    at = read.end + space
    if (visit(key, read.value)) return at
  }
  return at
}

/** A message with the pairs that follow it, as many console writers print it. */
export function splitPairs(text: string): { message: string; pairs: [string, string][] } {
  const match = /(?:^|\s)(?=[A-Za-z_][\w.-]{0,127}=\S)/.exec(text.slice(0, 16_384))
  if (match === null) return { message: text.trim(), pairs: [] }
  const start = match.index + match[0].length
  const pairs: [string, string][] = []
  const end = scanPairs(text, start, (key, value) => {
    pairs.push([key, value])
    return false
  })
  return end < text.length ? { message: text.trim(), pairs } : { message: text.slice(0, start).trim(), pairs }
}

/** Where the value ends that is not in quotes: before the next key, or with the text. */
function endOfLooseValue(text: string, start: number): number {
  const next = /\s(?=[A-Za-z_][\w.-]{0,127}=)/g
  next.lastIndex = start
  return next.exec(text)?.index ?? text.length
}

/** Pairs whose values may have spaces without quotes around them: each goes on to the next key. */
export function readLoosePairs(text: string, start: number): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = start; at < text.length && pairs.length < MAX_PAIRS; ) {
    KEY.lastIndex = at
    const key = KEY.exec(text)?.[1]
    if (key === undefined) return pairs
    const from = at + key.length + 1
    const quoted = /["']/.test(text[from] ?? '') ? readValue(text, from) : null
    const isQuoted = quoted !== null && (quoted.end === text.length || text[quoted.end] === ' ')
    const end = isQuoted ? quoted.end : endOfLooseValue(text, from)
    pairs.push([key, isQuoted ? quoted.value : text.slice(from, end)])
    at = end + 1
  }
  return pairs
}
