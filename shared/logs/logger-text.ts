import { levelOfWord } from './level-words.ts'
import { readStamp } from './log-time.ts'
import { readLoosePairs, splitPairs } from './text-pairs.ts'
import { readerByHead } from './text-reader.ts'

const asFields = (pairs: readonly [string, unknown][]) => Object.fromEntries(pairs) as Record<string, unknown>

/** structlog fills the event up to here, so that the pairs stand below each other. */
const EVENT_WIDTH = 30

/** The event, the logger that it may name in brackets, and where the pairs begin. */
function splitEvent(rest: string): { event: string; logger: string | undefined; start: number } {
  const isPadded = rest.startsWith('  ', EVENT_WIDTH - 1)
  const pairs = /\s(?=[A-Za-z_][\w.-]{0,127}=)/g
  pairs.lastIndex = isPadded ? EVENT_WIDTH : 0
  const start = pairs.exec(rest)?.index ?? rest.length
  const head = rest.slice(0, start).trim()
  const named = /^(.{0,4096}?)\s{1,64}\[([\w.:-]{1,256})\]$/.exec(head)
  return { event: named?.[1] ?? head, logger: named?.[2], start: Math.min(start + 1, rest.length) }
}

/** `2026-11-21 00:06:13 [info     ] api_ready                      env=dev port=8080` */
export const structlogReader = readerByHead({
  head: /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? )?\[(trace|debug|info|warn|warning|error|exception|critical|fatal|notset)\s{0,12}\] /,
  level: (match) => (match[2] === 'exception' ? 'error' : levelOfWord(match[2] ?? '')),
  read(match, rest) {
    const { event, logger, start } = splitEvent(rest)
    const named: [string, unknown][] = logger === undefined ? [] : [['logger', logger]]
    return {
      timeMs: readStamp(match[1] ?? '')?.timeMs ?? null,
      message: event,
      fields: asFields([['level', match[2]], ['event', event], ...named, ...readLoosePairs(rest, start)]),
    }
  },
})

/** `2026-11-21T20:15:33.123Z⇥INFO⇥http⇥server.go:12⇥listening⇥{"port": 80}` */
export const zapReader = readerByHead({
  head: /^(\d{4}[-/]\d\d[-/]\d\d[T ][\d:.]{5,18}(?:Z|[+-]\d\d:?\d\d)?)\t(debug|info|warn|error|dpanic|panic|fatal|DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL)\t/,
  level: (match) => levelOfWord(match[2] ?? ''),
  read(match, rest) {
    const parts = rest.slice(0, 65_536).split('\t')
    const last = parts.at(-1) ?? ''
    const extra = last.startsWith('{') ? parseFields(last) : null
    if (extra !== null) parts.pop()
    const message = parts.pop() ?? ''
    const caller = parts.find((part) => /\.go:\d{1,6}$/.test(part))
    const logger = parts.find((part) => part !== caller)
    const named: [string, unknown][] = [['level', match[2]]]
    if (logger !== undefined) named.push(['logger', logger])
    if (caller !== undefined) named.push(['caller', caller])
    return {
      timeMs: readStamp(match[1] ?? '')?.timeMs ?? null,
      message,
      fields: asFields([...named, ['msg', message], ...(extra ?? [])]),
    }
  },
})

function parseFields(text: string): [string, unknown][] | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object.entries(value) : null
  } catch {
    return null
  }
}

/** `2026/11/21 20:15:33 INFO listening port=8080`: what Go's slog writes until it is given a handler. */
export const slogDefaultReader = readerByHead({
  head: /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) ((?:DEBUG|INFO|WARN|ERROR)(?:[+-]\d{1,3})?) /,
  level: (match) => levelOfWord(match[2] ?? ''),
  read(match, rest) {
    const { message, pairs } = splitPairs(rest)
    return {
      timeMs: readStamp(match[1] ?? '')?.timeMs ?? null,
      message,
      fields: asFields([['level', match[2]], ['msg', message], ...pairs]),
    }
  },
})

const PYTHON_LEVELS = 'NOTSET|DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL'

/** `WARNING:root:disk is nearly full`: Python's logging before anybody configured it. */
export const pythonBasicReader = readerByHead({
  head: new RegExp(`^(${PYTHON_LEVELS}):([\\w.-]{1,256}):`),
  level: (match) => levelOfWord(match[1] ?? ''),
  read: (match, rest) => ({
    timeMs: null,
    message: rest,
    fields: { levelname: match[1], name: match[2], message: rest },
  }),
})

/** `2026-11-21 20:15:33,123 - app.jobs - INFO - done`, with the parts in the usual orders; `INFO  [alembic] …`. */
export const pythonReader = readerByHead({
  head: new RegExp(
    `^(?:(\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[,.]\\d{1,6})?)\\s{1,4}(?:[-|]\\s{1,4})?(?:\\[?([\\w.-]{1,256})\\]?\\s{1,4}(?:[-|]\\s{1,4})?)??\\[?(${PYTHON_LEVELS})\\s{0,8}(?:\\]|:|\\s[-|]|(?=\\s))|(${PYTHON_LEVELS})\\s{1,8}(?=\\[))\\s{0,8}(?:\\[([\\w.-]{1,256})\\]\\s{0,4}:?\\s{0,4})?`,
  ),
  level: (match) => levelOfWord(match[3] ?? match[4] ?? ''),
  read(match, rest) {
    const [, stamp, before, level, bare, after] = match
    const name = before ?? after
    const fields: Record<string, unknown> = { levelname: level ?? bare, message: rest }
    if (name !== undefined) fields.name = name
    return { timeMs: stamp === undefined ? null : (readStamp(stamp)?.timeMs ?? null), message: rest, fields }
  },
})
