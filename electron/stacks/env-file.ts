/** One assignment in an `.env` file, as Compose reads it (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/). */
export interface EnvAssignment {
  readonly name: string
  /** From 1. */
  readonly line: number
  /** Null where the value is more than plain text: it has references, escapes or odd ends, or is taken from the shell. */
  readonly value: string | null
  /** Where the value is in the text, without its quotes. */
  readonly start: number
  readonly end: number
}

const NAME = /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*([=:])?/y

/** All assignments in the order of the file. Of doubles the last one counts. */
export function parseEnvFile(text: string): EnvAssignment[] {
  const assignments: EnvAssignment[] = []
  let offset = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (offset < text.length) {
    const next = readStatement(text, offset, line)
    if (next.assignment !== null) assignments.push(next.assignment)
    line += text.slice(offset, next.end).split('\n').length - 1
    offset = next.end
  }
  return assignments
}

/** The assignment that counts for a name. */
export function findAssignment(text: string, name: string): EnvAssignment | null {
  return parseEnvFile(text).findLast((assignment) => assignment.name === name) ?? null
}

interface Statement {
  readonly assignment: EnvAssignment | null
  /** After its line end. */
  readonly end: number
}

function readStatement(text: string, offset: number, line: number): Statement {
  NAME.lastIndex = offset
  const match = NAME.exec(text)
  const end = lineEnd(text, offset)
  if (match === null) return { assignment: null, end }
  const [whole, name = '', separator] = match
  const after = offset + whole.length
  if (separator === undefined) {
    const inherited = text.slice(after, end).trim() === ''
    return { assignment: inherited ? { name, line, value: null, start: after, end: after } : null, end }
  }
  const start = skipBlanks(text, after)
  const quote = text[start]
  if (quote === '"' || quote === "'") return readQuoted(text, { name, line, start: start + 1 }, quote)
  return { assignment: readPlain(text, { name, line, start }, end), end }
}

type Begun = Pick<EnvAssignment, 'name' | 'line' | 'start'>

function readPlain(text: string, begun: Begun, end: number): EnvAssignment {
  const whole = text.slice(begun.start, end)
  const comment = whole.search(/[ \t]#/)
  const raw = comment === -1 ? whole : whole.slice(0, comment)
  // A value that begins with # is a comment for some readers and a value for others.
  const value = raw.trimEnd()
  const isPlain = !/[$\\]/.test(value) && !value.startsWith('#')
  return { ...begun, value: isPlain ? value : null, end: begun.start + value.length }
}

/** A quoted value may go over several lines. */
function readQuoted(text: string, begun: Begun, quote: string): Statement {
  let close = begun.start
  while (close < text.length && text[close] !== quote) close += text[close] === '\\' ? 2 : 1
  const end = lineEnd(text, Math.min(close + 1, text.length))
  const value = text.slice(begun.start, close)
  const rest = text.slice(close + 1, end).trim()
  const isPlain = close < text.length && (rest === '' || rest.startsWith('#')) && !value.includes('\\')
  const isLiteral = quote === "'" || !value.includes('$')
  return { assignment: { ...begun, value: isPlain && isLiteral ? value : null, end: close }, end }
}

function skipBlanks(text: string, offset: number): number {
  let at = offset
  while (text[at] === ' ' || text[at] === '\t') at += 1
  return at
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}
