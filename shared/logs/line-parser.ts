import type { LogFormat, LogKeys } from '../runbook/schema.ts'
import { cleanFirstLine, cleanText, MAX_MESSAGE_LENGTH } from './clean-text.ts'
import { postgresqlReader, redisReader, redisSignalReader } from './database-text.ts'
import { readJson, readJsonLevel } from './json-line.ts'
import { MAX_JSON_LENGTH } from './json-scan.ts'
import type { LogLevel } from './level.ts'
import { lineKeys } from './line-keys.ts'
import { createLogfmtReader } from './logfmt-text.ts'
import { pythonBasicReader, pythonReader, slogDefaultReader, structlogReader, zapReader } from './logger-text.ts'
import type { ParsedLine } from './parsed-line.ts'
import { plainReader } from './plain-text.ts'
import type { TextLine, TextReader } from './text-reader.ts'
import { accessReader, nginxErrorReader, uvicornReader } from './web-text.ts'

/** Reads the lines of one service. */
export interface LineParser {
  readonly format: LogFormat
  /** One line, or an entry of several lines whose first tells what the entry is. */
  parse(text: string): ParsedLine
  /** The level alone: always that of `parse`, for a small part of the time. */
  readLevel(text: string): LogLevel | null
}

const OWN_READERS: Partial<Record<LogFormat, readonly TextReader[]>> = {
  structlog: [structlogReader],
  slog: [slogDefaultReader],
  zap: [zapReader],
  python: [pythonReader, pythonBasicReader],
  uvicorn: [uvicornReader],
  nginx: [accessReader, nginxErrorReader],
  postgresql: [postgresqlReader],
  redis: [redisReader, redisSignalReader],
}

/** Every format of text, the most particular first: a service writes lines of other origin too. */
const ALL_READERS: readonly TextReader[] = [
  postgresqlReader,
  redisReader,
  redisSignalReader,
  nginxErrorReader,
  accessReader,
  zapReader,
  structlogReader,
  slogDefaultReader,
  pythonReader,
  pythonBasicReader,
  uvicornReader,
]

const LONG_NOTE = 'The line is longer than 64 KB: only its beginning was read.'

const BRACE = 123
/** `{"level":` and two digits, as pino begins each line. */
const PINO_HEAD = '{"level":'
const LEVEL_BY_DIGIT: readonly (LogLevel | undefined)[] = [
  undefined,
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
]

/** The level of a line that begins as pino's do: tens and a zero, then a comma. */
function pinoHeadLevel(text: string): LogLevel | undefined {
  if (!text.startsWith(PINO_HEAD) || text.charCodeAt(10) !== 48 || text.charCodeAt(11) !== 44) return undefined
  return LEVEL_BY_DIGIT[text.charCodeAt(9) - 48]
}

/** The JSON that an entry is, or whose first line it is; spaces, colours and the like may stand before it. */
function jsonText(text: string): string | null {
  const first = text.charCodeAt(0)
  if (first > 32 && first < 127 && first !== BRACE) return null
  const newline = text.indexOf('\n')
  const line = newline === -1 || !text.slice(0, newline).trimEnd().endsWith('}') ? text : text.slice(0, newline)
  if (first === BRACE) return line
  const clean = cleanText(line, MAX_JSON_LENGTH).trimStart()
  return clean.charCodeAt(0) === BRACE ? clean : null
}

/** A parser for the lines of a service, by what its runbook says of them. */
export function createLineParser(format: LogFormat, stated: LogKeys = {}): LineParser {
  const keys = lineKeys(format, stated)
  const pinoNumbers = keys.numbers === 'pino' && stated.level === undefined
  const own = OWN_READERS[format] ?? []
  const readers = [...own, ...ALL_READERS.filter((reader) => !own.includes(reader)), createLogfmtReader(keys)]

  function textLevel(line: string): LogLevel | null {
    for (const reader of readers) {
      const level = reader.level(line)
      if (level !== undefined) return level
    }
    return plainReader.level(line)
  }

  function readLevel(text: string): LogLevel | null {
    const known = pinoNumbers ? pinoHeadLevel(text) : undefined
    if (known !== undefined) return known
    const json = jsonText(text)
    const level = json === null ? undefined : readJsonLevel(json, keys)
    return level === undefined ? textLevel(cleanFirstLine(text).trimStart()) : level
  }

  function readText(text: string): TextLine {
    const line = cleanFirstLine(text)
    const trimmed = line.trimStart()
    for (const reader of readers) {
      const read = reader.read(trimmed)
      if (read !== undefined) return read
    }
    return plainReader.read(line)
  }

  function parse(text: string): ParsedLine {
    const json = jsonText(text)
    const read = json === null ? null : readJson(json, keys)
    const { timeMs, message, fields } = read ?? readText(text)
    return {
      level: readLevel(text),
      timeMs,
      message: message === '' ? cleanFirstLine(text) : cleanText(message),
      fields,
      note: read === null ? (text.length > MAX_MESSAGE_LENGTH ? LONG_NOTE : null) : read.note,
    }
  }

  return { format, parse, readLevel }
}
