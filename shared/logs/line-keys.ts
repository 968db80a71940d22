import type { LogFormat, LogKeys } from '../runbook/schema.ts'
import type { LevelNumbers } from './level-words.ts'

/** Under which keys a format tells its level, time and message. */
export interface LineKeys {
  /** What the runbook says goes before everything else. */
  readonly stated: LogKeys
  readonly level: readonly string[]
  readonly time: readonly string[]
  readonly message: readonly string[]
  readonly numbers: LevelNumbers
}

const USUAL = {
  level: ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel', 'level_name', '@level'],
  time: ['time', 'ts', 'timestamp', '@timestamp', 'asctime', 'datetime', 'date', 't'],
  message: ['msg', 'message', 'event', '@message', 'short_message'],
}

/** structlog calls its message an event, and has often a `message` beside it. */
const STRUCTLOG_MESSAGE = ['event', 'message', 'msg']

export function lineKeys(format: LogFormat, stated: LogKeys = {}): LineKeys {
  return {
    ...USUAL,
    ...(format === 'structlog' ? { message: STRUCTLOG_MESSAGE } : {}),
    stated,
    numbers: format === 'structlog' || format === 'python' ? 'python' : 'pino',
  }
}

/** A value by its own key or by the path that the dots of the name make. Undefined: there is none. */
export function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (!Object.hasOwn(value, head)) continue
    const found = valueAt((value as Record<string, unknown>)[head], path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** The first value that `read` can use, by the stated name and then by the usual ones. */
export function firstUsable<Value>(
  fields: unknown,
  stated: string | undefined,
  names: readonly string[],
  read: (value: unknown) => Value | null,
): Value | null {
  for (const name of stated === undefined ? names : [stated, ...names]) {
    const value = valueAt(fields, name)
    const usable = value === undefined ? null : read(value)
    if (usable !== null) return usable
  }
  return null
}
