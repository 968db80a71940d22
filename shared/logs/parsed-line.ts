import type { LogLevel } from './level.ts'

/** What a format's parser makes of one line (or of one entry, where the lines of a stack trace were joined). */
export interface ParsedLine {
  /** Null: the line says nothing of a level, which is not the same as "info". */
  readonly level: LogLevel | null
  /** The time that the line itself tells, in milliseconds since 1970; null where it tells none. */
  readonly timeMs: number | null
  readonly message: string
  /** All that the line tells, level, time and message included, as its format has it; null for a plain line. */
  readonly fields: Readonly<Record<string, unknown>> | null
  /** What a person should know of the reading: that a line is too long to be read whole. Null: nothing. */
  readonly note: string | null
}
