import { endOfText } from '../logs/json-scan.ts'

/** What stands in place of a secret. */
export const MASK = '••••••'

/** Shorter values are left alone: masking every `on` or `80` would make a text unreadable and hide nothing. */
const MIN_SECRET_LENGTH = 6

const SECRET_NAME =
  /(passw(or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credential|_key$|^key$|_pass$|dsn$|salt$)/i

/** Whether a variable of this name most likely holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/** Replaces secrets in a text. Made once for a stack, from the values of its environment. */
export type Masker = (text: string) => string

/** A masker for the given secret values, longest first so that no tail of a longer one is left behind. */
export function createMasker(secrets: readonly string[]): Masker {
  const values = [...new Set(secrets)]
    .filter((value) => value.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length)
  return (text) =>
    values.reduce((masked, value) => masked.replaceAll(value, MASK), maskUrls(maskMembers(maskAssignments(text))))
}

/**
 * `"apiKey": "…"` anywhere in a text: an answer of HTTP may hold a secret that it has just made. A value whose end was
 * cut off is masked as far as it goes. Its end is looked for by itself: an expression would hold each character of a
 * value of ten megabytes on its stack, and fail.
 */
function maskMembers(text: string): string {
  const member = /"([A-Za-z_][A-Za-z0-9_-]*)"\s*:\s*"/g
  let masked = ''
  let at = 0
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    const start = member.lastIndex
    const after = endOfText(text, start - 1)
    const end = after === -1 ? text.length : after - 1
    member.lastIndex = end + 1
    const value = text.slice(start, end)
    if (value === '' || !isSecretName(match[1] ?? '') || isReference(value)) continue
    masked += text.slice(at, start) + MASK
    at = end
  }
  return masked + text.slice(at)
}

/**
 * `API_KEY=…` and `API_KEY: …` at the start of a line, whatever the value: also that of a file Compose has not read. The
 * value of YAML may stand in the next line. Other spaces do not go over a line's end: the search begins anew there.
 */
const SPACE = String.raw`[^\S\r\n\u2028\u2029]`
const ASSIGNMENT = new RegExp(
  String.raw`^([-+ ]?${SPACE}*(?:-${SPACE}+)?["']?(?:export${SPACE}+)?)([A-Za-z_][A-Za-z0-9_]*)(["']?${SPACE}*(?:=${SPACE}*|:\s*))(?=\S)([^\n]+)$`,
  'gm',
)

function maskAssignments(text: string): string {
  return text.replace(ASSIGNMENT, (line, start: string, name: string, sign: string, value: string) =>
    isSecretName(name) && !isReference(value) ? `${start}${name}${sign}${MASK}` : line,
  )
}

/** `postgres://user:password@host`. The scheme is not looked at: who looks for its beginning comes by it again and again. */
function maskUrls(text: string): string {
  return text.replace(/(:\/\/[^\s:@/]*:)([^\s@/]+)(@)/g, (url, start: string, word: string, end: string) =>
    isReference(word) ? url : `${start}${MASK}${end}`,
  )
}

/** `${API_KEY}` names a secret without telling it. */
function isReference(value: string): boolean {
  return /^["']?\$\{?[A-Za-z_][A-Za-z0-9_]*(:?[-?+])?\}?["']?\s*$/.test(value.trim())
}

/** Masks every string in a JSON-like value. Keys, and the values of `except`, are what machines read: they stay. */
export function maskDeep<T>(value: T, mask: Masker, except: ReadonlySet<string> = new Set()): T {
  if (typeof value === 'string') return mask(value) as T
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, mask, except)) as T
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    except.has(key) ? item : maskDeep(item, mask, except),
  ])
  return Object.fromEntries(entries) as T
}
