import type { LogLevel } from './level.ts'
import { levelOfWord } from './level-words.ts'
import { readStamp } from './log-time.ts'
import type { TextLine } from './text-reader.ts'

/** A level further right than this is part of what is said, not of the head of the line. */
const HEAD_LENGTH = 160

const WORDS =
  'trace|trc|trce|debug|dbg|dbug|info|inf|information|notice|note|warning|warn|wrn|error|err|fail|severe|fatal|ftl|critical|crit|alert|emerg|emergency|panic'
const UPPER = WORDS.toUpperCase()

/** Right at the beginning or after time and process: `info: …`, `[WARN] …`, `[7] LOG …`. It is taken out of the message. */
const LEADING = new RegExp(
  `^[\\s|\\]-]{0,8}(?:\\[\\d{1,10}\\]:? )?(?:[[(<]\\s{0,4}((?i:${WORDS}))\\s{0,12}[\\])>]:?|(${WORDS}|${UPPER}):|(${UPPER}|LOG)(?=[\\s|\\]]|$))[\\s|-]{0,16}`,
)

/** Further right, told by its form: `[error]`, `level=warn`, ` ERROR `, `TypeError: …`, `pg_dump: error: …`. */
const INNER = new RegExp(
  `\\[\\s{0,4}((?i:${WORDS}))\\s{0,12}\\]|\\b(?:level|lvl|severity)=["']?((?i:${WORDS}))\\b|(?:^|[\\s|])(${UPPER})(?=[\\s:|\\]]|$)|(?:^|\\s)(?:[A-Z]\\w{0,60})?(Error|Exception):|^[\\w./-]{1,40}: (${WORDS}): |^(Traceback) \\(|^(fatal) error:|^(Exception) in thread`,
)

const ERRORS = new Set(['Exception', 'Traceback'])

interface PlainHead {
  readonly level: LogLevel | null
  readonly timeMs: number | null
  /** Where the message begins. */
  readonly start: number
}

function readHead(line: string): PlainHead {
  const bracket = line.startsWith('[') ? 1 : 0
  const stamp = readStamp(bracket === 0 ? line : line.slice(1, 64))
  const start = stamp === null ? 0 : stamp.end + bracket
  const timeMs = stamp?.timeMs ?? null
  const head = line.slice(start, start + HEAD_LENGTH)
  const leading = LEADING.exec(head)
  if (leading !== null) {
    const word = leading[1] ?? leading[2] ?? leading[3] ?? ''
    return { level: levelOfWord(word), timeMs, start: start + leading[0].length }
  }
  const inner = INNER.exec(head)
  const word = inner?.slice(1).find((group) => group !== undefined)
  const level = word === undefined ? null : ERRORS.has(word) ? 'error' : levelOfWord(word)
  return { level, timeMs, start: stamp === null ? 0 : start + (/^[\s|\]-]{0,8}/.exec(head)?.[0].length ?? 0) }
}

/** Every line is plain text, if nothing else: it may begin with a time, and have a level word in its head. */
export const plainReader = {
  level: (line: string): LogLevel | null => readHead(line).level,
  read(line: string): TextLine {
    const { timeMs, start } = readHead(line)
    const message = line.slice(start)
    return { timeMs, message: message === '' ? line : message, fields: null }
  },
}
