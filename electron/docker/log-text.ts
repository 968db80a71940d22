import type { CallOptions, LogCursor } from './engine.ts'
import type { EngineLogs } from './engine-logs.ts'
import type { LogLines } from './log-lines.ts'

/** More lines at once are a flood: the oldest of them are left out. */
const MAX_NEWS_LINES = 2_000
const READ_TIMEOUT_MS = 15_000

/** A line as a person reads it. */
export interface LogText {
  readonly timeNs: bigint
  readonly text: string
}

/** The last `lines` lines of a container's log as text, for evidence. */
export async function readLogTail(logs: EngineLogs, id: string, lines: number, options?: CallOptions): Promise<string> {
  return (await readText(logs, id, { tailLines: lines }, options)).map(({ text }) => `${text}\n`).join('')
}

/** What a container has logged since the last look, in time order. */
export async function readLogAfter(
  logs: EngineLogs,
  id: string,
  cursor: LogCursor | null,
  options?: CallOptions,
): Promise<{ readonly lines: readonly string[]; readonly cursor: LogCursor | null }> {
  const request = { tailLines: MAX_NEWS_LINES, sinceNs: cursor?.timeNs ?? null }
  return takeNew(await readText(logs, id, request, options), cursor)
}

async function readText(
  logs: EngineLogs,
  id: string,
  request: { readonly tailLines: number; readonly sinceNs?: bigint | null },
  { signal, timeoutMs = READ_TIMEOUT_MS }: CallOptions = {},
): Promise<LogText[]> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const until = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  const { isTerminal } = await logs.describe(id, { signal: until })
  return decodeLines(await Array.fromAsync(logs.read(id, { ...request, isTerminal, withUnfinished: true }, until)))
}

/** Pure: lines of both streams in the order of time. Those of the same time keep their order. */
export function decodeLines(batches: readonly LogLines[]): LogText[] {
  const lines = batches.flatMap(({ bytes, ends, times }) => {
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return Array.from(ends, (end, at) => ({
      timeNs: times[at] ?? 0n,
      text: source.toString('utf8', at === 0 ? 0 : ends[at - 1], end).replace(/\r$/, ''),
    }))
  })
  return lines.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))
}

/** Pure: lines behind the cursor. Several may bear the same time, and the engine takes `since` less exactly than that. */
export function takeNew(
  lines: readonly LogText[],
  cursor: LogCursor | null,
): { readonly lines: readonly string[]; readonly cursor: LogCursor | null } {
  let seen = cursor?.linesAtTime ?? 0
  const fresh = lines.filter(({ timeNs }) => {
    if (cursor === null || timeNs > cursor.timeNs) return true
    if (timeNs < cursor.timeNs) return false
    seen -= 1
    return seen < 0
  })
  const last = fresh.at(-1)?.timeNs
  if (last === undefined) return { lines: [], cursor }
  const atLast = fresh.filter(({ timeNs }) => timeNs === last).length
  const before = last === cursor?.timeNs ? cursor.linesAtTime : 0
  return { lines: fresh.map(({ text }) => text), cursor: { timeNs: last, linesAtTime: before + atLast } }
}
