import { levelOfWord } from './level-words.ts'
import { readStamp, timeOfNamedMonth } from './log-time.ts'
import { readerByHead } from './text-reader.ts'

/** `2026-11-21 20:15:33.123 UTC [42] LOG:  …`, with whatever `log_line_prefix` adds after the process. */
export const postgresqlReader = readerByHead({
  head: /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)) \[(\d{1,10})(?:-\d{1,10})?\]:? ?([^:]{0,128}?) ?\b(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {1,2}/,
  level: (match) => levelOfWord(match[4] ?? ''),
  read(match, rest) {
    const [, stamp = '', process = '', prefix = '', severity = ''] = match
    const [, user, database] = /(?:user=)?([\w-]{1,64})(?:@|,db=)([\w-]{1,64})/.exec(prefix) ?? []
    return {
      timeMs: readStamp(stamp)?.timeMs ?? null,
      message: rest,
      fields: { severity, pid: Number(process), ...(user === undefined ? {} : { user, database }), message: rest },
    }
  },
})

const REDIS_LEVELS: Readonly<Record<string, string>> = { '.': 'debug', '-': 'verbose', '*': 'notice', '#': 'warning' }
const REDIS_ROLES: Readonly<Record<string, string>> = { M: 'master', S: 'replica', C: 'child', X: 'sentinel' }

/** `1:M 21 Nov 2026 20:15:33.123 * Ready to accept connections` */
export const redisReader = readerByHead({
  head: /^(\d{1,10}):([MSCX]) (\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?:\.\d{3})?) ([.*#-]) /,
  level: (match) => levelOfWord(REDIS_LEVELS[match[4] ?? ''] ?? ''),
  read(match, rest) {
    const [, process = '', role = '', stamp = '', mark = ''] = match
    const fields = { pid: Number(process), role: REDIS_ROLES[role], level: REDIS_LEVELS[mark], message: rest }
    return { timeMs: timeOfNamedMonth(stamp), message: rest, fields }
  },
})

/** Redis and Valkey within a signal handler, where they may not format a date. */
export const redisSignalReader = readerByHead({
  head: /^(\d{1,10}):signal-handler \((\d{1,12})\) /,
  level: () => null,
  read(match, rest) {
    return { timeMs: Number(match[2]) * 1000, message: rest, fields: { pid: Number(match[1]), message: rest } }
  },
})
