import type { LogLevel } from './level.ts'

/** What a format makes of a text line that it knows. */
export interface TextLine {
  readonly timeMs: number | null
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | null
}

/** How one format of text lines is read. Undefined: the line is not of this format. */
export interface TextReader {
  /** Never another level than that of the whole reading, and cheaper. Null: the format is right and tells no level. */
  level(line: string): LogLevel | null | undefined
  read(line: string): TextLine | undefined
}

interface HeadReader {
  /** Matches at the beginning, and looks at no more than a fixed number of characters: no line takes long. */
  readonly head: RegExp
  level(match: RegExpExecArray): LogLevel | null
  /** `rest` is what follows the head. */
  read(match: RegExpExecArray, rest: string): TextLine
}

/** A format that is known by the beginning of its lines, where its level stands as well. */
export function readerByHead({ head, level, read }: HeadReader): TextReader {
  return {
    level(line) {
      const match = head.exec(line)
      return match === null ? undefined : level(match)
    },
    read(line) {
      const match = head.exec(line)
      return match === null ? undefined : read(match, line.slice(match[0].length))
    },
  }
}
