import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import type { EngineEvent } from './engine.ts'
import { eventAnswerSchema } from './engine-answers.ts'
import { CALL_TIMEOUT_MS, type EngineConnection } from './engine-connection.ts'
import { toCallError } from './engine-errors.ts'
import { chunksOf } from './http-client.ts'
import { readJsonLines } from './json-lines.ts'

/**
 * Live events of the engine. Ends when `signal` aborts; throws when the connection or the engine goes away,
 * since a quiet end would look like a quiet engine.
 */
export async function* watchEvents(
  host: Host,
  connection: EngineConnection,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void> {
  const task = 'follow its events'
  try {
    // The engine answers with the first event unless it is asked for the past second too, which may be empty as well.
    const stream = await connection.stream(
      { method: 'GET', path: '/events', task },
      { signal, timeoutMs: CALL_TIMEOUT_MS },
    )
    for await (const line of readJsonLines(chunksOf(stream))) {
      const event = eventAnswerSchema.safeParse(line)
      if (event.success) yield event.data
    }
  } catch (error) {
    if (signal.aborted) return
    throw toCallError(host, task, error)
  }
  if (signal.aborted) return
  throw new SlipwayError('docker.engine-down', `The Docker engine on ${host.label} ended its events: it is stopping.`, {
    hint: 'Slipway follows them again as soon as it answers.',
    retryable: true,
  })
}
