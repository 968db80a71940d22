import type { LogLevel } from './level.ts'

/** What loggers call their levels, in lower case. */
const NAMES: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trc', 'trce', 'silly', 'finest', 'finer', 'noise'],
  debug: ['debug', 'dbg', 'dbug', 'debu', 'verbose', 'fine', 'debug1', 'debug2', 'debug3', 'debug4', 'debug5'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'note', 'log', 'default'],
  warn: ['warn', 'wrn', 'warning'],
  error: ['error', 'err', 'eror', 'fail', 'severe'],
  fatal: ['fatal', 'ftl', 'fata', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic', 'dpanic', 'pnc'],
}

const LEVEL_BY_NAME: ReadonlyMap<string, LogLevel> = new Map(
  (Object.entries(NAMES) as [LogLevel, readonly string[]][]).flatMap(([level, names]) =>
    names.flatMap((name) => [[name, level] as const, [name.toUpperCase(), level] as const]),
  ),
)

/** Longer than any name of a level: what is longer is not looked at. */
const LONGEST_NAME = 24

/** How numbers stand for levels: ten apart, from trace (pino, bunyan) or from debug (Python). */
export type LevelNumbers = 'pino' | 'python'
const FIRST_NUMBER: Readonly<Record<LevelNumbers, number>> = { pino: 10, python: 0 }
const BY_TENS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** Custom levels lie between the usual ones and count as the lower. Below ten, no two loggers mean the same. */
export function levelOfNumber(value: number, numbers: LevelNumbers): LogLevel | null {
  if (!(value >= 5 && value < 100)) return null
  const place = Math.floor((value - FIRST_NUMBER[numbers]) / 10)
  return BY_TENS[Math.min(Math.max(place, 0), BY_TENS.length - 1)] ?? null
}

/** `info`, `WARN`, `Error`, `ERROR+2`, `30`. Null: no name of a level. */
export function levelOfWord(word: string, numbers: LevelNumbers = 'pino'): LogLevel | null {
  const known = LEVEL_BY_NAME.get(word)
  if (known !== undefined) return known
  if (word.length > LONGEST_NAME) return null
  const name = word.trim().toLowerCase()
  if (/^\d{1,3}$/.test(name)) return levelOfNumber(Number(name), numbers)
  return LEVEL_BY_NAME.get(name.replace(/[+-]\d{1,4}$/, '')) ?? null
}
