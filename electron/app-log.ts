import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'

/** One old file is kept beside the new one; together they never fill a disk. */
const MAX_LOG_BYTES = 5 * 1024 * 1024
/** Last resort: secrets are not logged in the first place. */
const REDACTED_KEYS = ['password', 'passphrase', 'privateKey', 'secret', 'token', 'values', 'cookie', 'authorization']

export interface AppLog extends Logger {
  readonly file: string
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
}

/** The app's own log in its data folder, readable by its owner only: faults of the app, never what hosts say. */
export function openAppLog(dataFolder: string): AppLog {
  const folder = join(dataFolder, 'logs')
  const file = join(folder, 'app.log')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  rotate(file)
  const paths = REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  const logger = pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths, censor: '[redacted]' },
      // Stack and message only: errors of libraries carry connection settings as properties.
      serializers: { error: describeError },
    },
    pino.destination({ dest: file, sync: true, append: true, mode: 0o600 }),
  )
  return Object.assign(logger, { file })
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : typeof error }
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}
