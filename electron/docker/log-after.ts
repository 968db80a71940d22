import type { CallOptions, LogCursor } from './engine.ts'
import { containerAnswerSchema } from './engine-answers.ts'
import type { EngineConnection } from './engine-connection.ts'
import { type LogLine, parseLog } from './log-demux.ts'

/** More lines at once are a flood: the oldest of them are left out. */
const MAX_LINES = 2_000

/** What a container has logged since the last look, in time order. */
export async function readLogAfter(
  connection: EngineConnection,
  id: string,
  cursor: LogCursor | null,
  options?: CallOptions,
): Promise<{ readonly lines: readonly string[]; readonly cursor: LogCursor | null }> {
  const container = `/containers/${encodeURIComponent(id)}`
  const task = `read the log of the container ${id.slice(0, 12)}`
  const inspected = await connection.callJson(
    { method: 'GET', path: `${container}/json`, task },
    containerAnswerSchema,
    options,
  )
  const since = cursor === null ? '' : `&since=${toSeconds(cursor.timestamp)}`
  const query = `stdout=true&stderr=true&timestamps=true&tail=${MAX_LINES}${since}`
  const answer = await connection.call({ method: 'GET', path: `${container}/logs?${query}`, task }, options)
  return takeNew(parseLog(answer.body, inspected.Config.Tty), cursor)
}

/** Lines behind the cursor. Several may bear the same time, and the engine takes `since` less exactly than that. */
export function takeNew(
  lines: readonly LogLine[],
  cursor: LogCursor | null,
): { readonly lines: readonly string[]; readonly cursor: LogCursor | null } {
  let seen = cursor?.linesAtTimestamp ?? 0
  const fresh = lines.filter(({ timestamp }) => {
    if (cursor === null || timestamp > cursor.timestamp) return true
    if (timestamp < cursor.timestamp) return false
    seen -= 1
    return seen < 0
  })
  const last = fresh.at(-1)?.timestamp
  if (last === undefined) return { lines: [], cursor }
  const atLast = fresh.filter(({ timestamp }) => timestamp === last).length
  const before = last === cursor?.timestamp ? cursor.linesAtTimestamp : 0
  return {
    lines: fresh.map(({ text }) => text),
    cursor: { timestamp: last, linesAtTimestamp: before + atLast },
  }
}

/** `1795243080.123456789`, from `2026-11-21T06:28:00.123456789Z`. */
function toSeconds(timestamp: string): string {
  return `${Math.floor(Date.parse(timestamp) / 1000)}.${timestamp.slice(20, 29)}`
}
