import { readFields } from './json-line.ts'
import type { LogLevel } from './level.ts'
import { levelOfWord } from './level-words.ts'
import type { LineKeys } from './line-keys.ts'
import { scanPairs } from './text-pairs.ts'
import type { TextReader } from './text-reader.ts'

const LOOKS_LIKE_PAIRS = /^[A-Za-z_@][\w.@/-]{0,127}=\S/

/** `time=2026-11-21T20:15:33Z level=info msg="listening" port=80`: logfmt, and the text handler of Go's slog. */
export function createLogfmtReader(keys: LineKeys): TextReader {
  return {
    level(line) {
      if (!LOOKS_LIKE_PAIRS.test(line)) return undefined
      let level: LogLevel | null = null
      let usual: LogLevel | null = null
      const end = scanPairs(line, 0, (key, value) => {
        if (key === keys.stated.level) level = levelOfWord(value, keys.numbers)
        else if (usual === null && keys.level.includes(key)) usual = levelOfWord(value, keys.numbers)
        return level !== null || (usual !== null && keys.stated.level === undefined)
      })
      const found = level ?? usual
      return found === null && end < line.length ? undefined : found
    },
    read(line) {
      const pairs: [string, string][] = []
      if (!LOOKS_LIKE_PAIRS.test(line)) return undefined
      const end = scanPairs(line, 0, (key, value) => {
        pairs.push([key, value])
        return false
      })
      // Text that begins with a pair by chance is not logfmt, unless it tells a level as logfmt does.
      if (end < line.length && this.level(line) === undefined) return undefined
      return readFields(Object.fromEntries(pairs), keys)
    },
  }
}
