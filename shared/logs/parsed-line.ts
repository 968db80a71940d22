import type { LogLevel } from './level.ts'

/** What a format's parser makes of one line (or of one entry, where the lines of a stack trace were joined). */
export interface ParsedLine {
  /** Null: the line says nothing of a level, which is not the same as "info". */
  readonly level: LogLevel | null
  /** The time that the line itself tells, in milliseconds since 1970; null where it tells none. */
  readonly timeMs: number | null
  readonly message: string
  /** Everything else that the line tells, as its format has it; null for a plain line. */
  readonly fields: Readonly<Record<string, unknown>> | null
}
