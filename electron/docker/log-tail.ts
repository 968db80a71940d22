import type { CallOptions } from './engine.ts'
import { containerAnswerSchema } from './engine-answers.ts'
import type { EngineConnection } from './engine-connection.ts'
import { parseLog } from './log-demux.ts'

/** The last `lines` lines of a container's log as text, for evidence. */
export async function readLogTail(
  connection: EngineConnection,
  id: string,
  lines: number,
  options?: CallOptions,
): Promise<string> {
  const container = `/containers/${encodeURIComponent(id)}`
  const task = `read the log of the container ${id.slice(0, 12)}`
  const inspected = await connection.callJson(
    { method: 'GET', path: `${container}/json`, task },
    containerAnswerSchema,
    options,
  )
  const query = `stdout=true&stderr=true&timestamps=true&tail=${Math.max(0, Math.floor(lines))}`
  const answer = await connection.call({ method: 'GET', path: `${container}/logs?${query}`, task }, options)
  const parsed = parseLog(answer.body, inspected.Config.Tty)
  return parsed.map((line) => `${line.text}\n`).join('')
}
