import type { LogFormat } from '../runbook/schema.ts'
import { detectFormat } from './detect-format.ts'

/** As many lines tell a service's format; a banner before them does not outweigh them. */
const SAMPLE_LINES = 100
/** Of a busy service only so many are looked at later: a new version may write another format. */
const LATER_EVERY = 100
/** More of a line is not needed to know its format. */
const MAX_LINE_LENGTH = 16_384

/** Samples the lines of a service whose format nobody stated. */
export interface FormatSample {
  /** True: the format is another one than before. */
  add(text: string): boolean
  /** Null: no line told any yet. */
  readonly format: LogFormat | null
}

/** Looks again when the sample has doubled, and each time it has been replaced by later lines. */
export function createFormatSample(): FormatSample {
  const lines: string[] = []
  let seen = 0
  let sampled = 0
  let nextLook = 1
  let format: LogFormat | null = null

  function look(): boolean {
    nextLook = sampled < SAMPLE_LINES ? sampled * 2 : sampled + SAMPLE_LINES
    const found = detectFormat(lines) ?? format
    const isOther = found !== format
    format = found
    return isOther
  }

  return {
    get format() {
      return format
    },
    add(text) {
      seen += 1
      if (seen > SAMPLE_LINES && seen % LATER_EVERY !== 0) return false
      lines[sampled % SAMPLE_LINES] = text.slice(0, MAX_LINE_LENGTH)
      sampled += 1
      return sampled >= nextLook && look()
    },
  }
}
