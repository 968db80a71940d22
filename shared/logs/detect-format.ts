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
  if (first === undefined) return 'plain'
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

/** Fewer of all lines are too few to name a service by: they may come from somewhere else. */
const SMALLEST_PART = 0.25
/** More than this part of the lines that have a format at all have to be of one. */
const MAJORITY = 0.5

const JSON_FORMATS = ['pino', 'bunyan', 'json', 'slog', 'zap'] as const

/**
 * The format that the lines of a service have, for services whose runbook states none; plain lines between them, as
 * databases write them while they are set up, do not count. Where JSON lines of several kinds make the majority together
 * it is `json`; where no format does, `plain`. Null: no line tells anything yet.
 */
export function detectFormat(lines: readonly string[]): LogFormat | null {
  const all = lines
    .slice(-MAX_SAMPLE)
    .map(formatOf)
    .filter((format) => format !== null)
  if (all.length === 0) return null
  const formats = all.filter((format) => format !== 'plain')
  const counts = new Map<LogFormat, number>()
  for (const format of formats) counts.set(format, (counts.get(format) ?? 0) + 1)
  const isEnough = (amount: number) => amount > formats.length * MAJORITY && amount >= all.length * SMALLEST_PART
  const [[best, amount] = ['plain', 0] as const] = [...counts].sort((a, b) => b[1] - a[1])
  if (isEnough(amount)) return best
  return isEnough(JSON_FORMATS.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)) ? 'json' : 'plain'
}
