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

/** `"apiKey": "…"` anywhere in a text: an answer of HTTP may hold a secret that it has just made. */
function maskMembers(text: string): string {
  return text.replace(
    /("([A-Za-z_][A-Za-z0-9_-]*)"\s*:\s*)"((?:[^"\\]|\\.)+)"/g,
    (member, start: string, name: string, value: string) =>
      isSecretName(name) && !isReference(value) ? `${start}"${MASK}"` : member,
  )
}

/** `API_KEY=…` and `API_KEY: …` at the start of a line, whatever the value: also that of a file Compose has not read. */
function maskAssignments(text: string): string {
  return text.replace(
    /^([-+ ]?\s*(?:-\s+)?["']?(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)(["']?\s*[=:]\s*)(?!\s*$)([^\n]+)$/gm,
    (line, start: string, name: string, sign: string, value: string) =>
      isSecretName(name) && !isReference(value) ? `${start}${name}${sign}${MASK}` : line,
  )
}

/** `postgres://user:password@host` */
function maskUrls(text: string): string {
  return text.replace(
    /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)([^\s@/]+)(@)/gi,
    (url, start: string, word: string, end: string) => (isReference(word) ? url : `${start}${MASK}${end}`),
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
