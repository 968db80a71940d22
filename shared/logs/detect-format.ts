import type { LogFormat } from '../runbook/schema.ts'
import { cleanFirstLine } from './clean-text.ts'
import { postgresqlReader, redisReader } from './database-text.ts'
import { lineKeys } from './line-keys.ts'
import { createLogfmtReader } from './logfmt-text.ts'
import { pythonBasicReader, pythonReader, slogDefaultReader, structlogReader, zapReader } from './logger-text.ts'
import { parseJson } from './parse-json.ts'
import type { TextReader } from './text-reader.ts'
import { accessReader, nginxErrorReader, uvicornReader } from './web-text.ts'

/** Enough to know a service by; reading more would not tell more. */
const MAX_SAMPLE = 200

const TEXT_FORMATS: readonly (readonly [LogFormat, TextReader])[] = [
  ['postgresql', postgresqlReader],
  ['redis', redisReader],
  ['nginx', nginxErrorReader],
  ['nginx', accessReader],
  ['zap', zapReader],
  ['structlog', structlogReader],
  ['slog', slogDefaultReader],
  ['python', pythonReader],
  ['python', pythonBasicReader],
  ['uvicorn', uvicornReader],
  ['logfmt', createLogfmtReader(lineKeys('logfmt'))],
]

/** By the keys that only one logger writes in this form. */
function jsonFormat(fields: object): LogFormat {
  const has = (...keys: string[]) => keys.every((key) => Object.hasOwn(fields, key))
  const { level } = fields as Record<string, unknown>
  const [first, second] = Object.keys(fields)
  if (has('v', 'hostname', 'pid', 'name') && typeof level === 'number') return 'bunyan'
  if (first === 'level' && second === 'time') return 'pino'
  if (has('event', 'level') && !has('msg')) return 'structlog'
  if (has('level', 'ts') && has('msg')) return 'zap'
  if (first === 'time' && second === 'level' && has('msg')) return 'slog'
  if (has('levelname')) return 'python'
  return 'json'
}

function formatOf(text: string): LogFormat | null {
  const line = cleanFirstLine(text.slice(0, 65_536)).trimStart()
  if (line === '' || /^\s/.test(text)) return null
  const json = line.startsWith('{') ? parseJson(line) : null
  if (json !== null) return jsonFormat(json.value as object)
  for (const [format, reader] of TEXT_FORMATS) if (reader.level(line) !== undefined) return format
  return 'plain'
}

/** More than this part of the lines have to be of a format for a service to be of it. */
const MAJORITY = 0.5

/**
 * The format that most of a service's lines have, for services whose runbook states none. Where JSON lines of several
 * kinds make the majority together it is `json`; where no format does, `plain`. Null: no line tells anything yet.
 */
export function detectFormat(lines: readonly string[]): LogFormat | null {
  const formats = lines
    .slice(-MAX_SAMPLE)
    .map(formatOf)
    .filter((format) => format !== null)
  if (formats.length === 0) return null
  const counts = new Map<LogFormat, number>()
  for (const format of formats) counts.set(format, (counts.get(format) ?? 0) + 1)
  const [[best, amount] = ['plain', 0] as const] = [...counts].sort((a, b) => b[1] - a[1])
  if (amount > formats.length * MAJORITY) return best
  const json = (['pino', 'bunyan', 'json', 'slog', 'zap'] as const).reduce(
    (sum, name) => sum + (counts.get(name) ?? 0),
    0,
  )
  return json > formats.length * MAJORITY ? 'json' : 'plain'
}
