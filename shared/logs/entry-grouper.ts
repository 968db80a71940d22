import { cleanText } from './clean-text.ts'
import type { LogLevel } from './level.ts'

/** An entry is not worth more lines or memory than this: what goes on is the next entry. */
const MAX_LINES = 1000
const MAX_CHARACTERS = 262_144
/** What is written together arrives together: an indented line that comes later is its own. */
const MAX_PAUSE_MS = 5000

/** Joins the lines of one container and stream to entries: a stack trace belongs to the line above it. */
export interface EntryGrouper {
  /** Whether the line belongs to the entry of the one before it. To be asked of each line once, in order. */
  continues(text: string, timeMs: number): boolean
}

/** What the entry has come to, as far as it decides about the next line. */
type Within =
  | 'line'
  /** In a Python traceback: its frames are indented. */
  | 'traceback'
  /** Behind the last line of a traceback: another one may be chained to it. */
  | 'traceback-end'
  /** In a Go panic: blank lines, headers of goroutines, calls. */
  | 'panic'

const INDENTED_ENTRY = /^[ \t]{1,32}(?:\{"|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:)/
const CLOSING = /^[}\])][}\]),;]{0,8}\s{0,4}$/
const OPENING = /[{[(]\s{0,4}$/
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/
const TRACEBACK = 'Traceback (most recent call last):'
const JAVA = /^(?:Caused by: |Suppressed: |\.\.\. \d{1,6} (?:more|common frames))/
const JAVA_EXCEPTION = /^(?:[a-z][\w$]{0,60}\.){1,20}[A-Z][\w$]{0,120}(?:Exception|Error)\b/
const GO_PART = /^(?:$|goroutine \d|\[signal |created by |exit status \d)/
const GO_CALL = /^[\w./*()[\]{}-]{1,500}\(/
const POSTGRESQL = /^\d{4}-\d\d-\d\d [^[]{8,32} \[(\d{1,10})(?:-\d{1,10})?\]/
const POSTGRESQL_DETAIL = /\b(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {2}/
const BOX = /^[\u2500-\u257f]/

function postgresqlDetail(first: string, text: string): boolean {
  if (!text.includes(':  ')) return false
  const process = POSTGRESQL.exec(text)
  if (process === null || POSTGRESQL.exec(first)?.[1] !== process[1]) return false
  return POSTGRESQL_DETAIL.test(text.slice(process[0].length, process[0].length + 160))
}

function kindOf(text: string): Within {
  if (text.startsWith(TRACEBACK)) return 'traceback'
  return /^(?:panic: |fatal error: |goroutine \d)/.test(text) ? 'panic' : 'line'
}

function isGrave(level: LogLevel | null): boolean {
  return level === 'error' || level === 'fatal' || level === 'warn'
}

export function createEntryGrouper(readLevel: (text: string) => LogLevel | null): EntryGrouper {
  let first: string | null = null
  let last = ''
  let lines = 0
  let characters = 0
  let lastMs = 0
  let within: Within = 'line'

  /** A trace of an error belongs to the line that reports the error; below any other, a program just broke. */
  const belongsToReport = () => first !== null && isGrave(readLevel(first))

  function inTraceback(text: string): Within | undefined {
    if (within === 'traceback' && text !== '') return 'traceback-end'
    if (within !== 'traceback-end') return undefined
    if (text === '' || CHAINED.test(text)) return 'traceback-end'
    return text.startsWith(TRACEBACK) ? 'traceback' : undefined
  }

  function unindented(text: string): Within | undefined {
    if (within === 'panic' && (GO_PART.test(text) || (text.endsWith(')') && GO_CALL.test(text)))) return 'panic'
    if (within !== 'line') return inTraceback(text)
    const code = text.charCodeAt(0)
    if (code === 123) return undefined
    if (code >= 48 && code <= 57) return first !== null && postgresqlDetail(first, text) ? 'line' : undefined
    if (CLOSING.test(text)) return lines > 1 || OPENING.test(last) ? 'line' : undefined
    if (code === 84 && text.startsWith(TRACEBACK)) return belongsToReport() ? 'traceback' : undefined
    if (code === 103 && /^goroutine \d{1,10} \[/.test(text)) return 'panic'
    if (JAVA.test(text) || code >= 0x2500) return JAVA.test(text) || BOX.test(text) ? 'line' : undefined
    return code >= 97 && code <= 122 && JAVA_EXCEPTION.test(text) && belongsToReport() ? 'line' : undefined
  }

  /** What the entry comes to with this line; undefined where the line begins another. */
  function next(text: string): Within | undefined {
    const code = text.charCodeAt(0)
    if (code !== 32 && code !== 9) return unindented(text)
    if (INDENTED_ENTRY.test(text) && !OPENING.test(last)) return undefined
    return within === 'traceback-end' ? 'traceback' : within
  }

  function continues(raw: string, timeMs: number): boolean {
    const text = raw.charCodeAt(0) === 27 ? cleanText(raw, 4096) : raw
    const isLate = timeMs - lastMs > MAX_PAUSE_MS
    const isFull = lines >= MAX_LINES || characters + text.length > MAX_CHARACTERS
    const going = first === null || isLate ? undefined : next(text)
    lastMs = timeMs
    last = text.length > 64 ? text.slice(-64) : text
    within = going ?? kindOf(text)
    if (going !== undefined && !isFull) {
      lines += 1
      characters += text.length
      return true
    }
    first = text.length > 4096 ? text.slice(0, 4096) : text
    lines = 1
    characters = text.length
    return false
  }

  return { continues }
}
