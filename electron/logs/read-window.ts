import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogReadRequest } from '../docker/engine-logs.ts'
import type { LogLines } from '../docker/log-lines.ts'
import type { LogBatch, LogContainer } from './log-batch.ts'
import type { WindowOptions } from './log-source.ts'
import { listLogContainers } from './watch-log-containers.ts'

/** See `LogSource.readWindow`. */
export async function* readLogWindow(
  engine: Engine,
  project: string,
  { services, sinceNs, untilNs }: WindowOptions,
  signal: AbortSignal,
): AsyncGenerator<LogBatch, void> {
  for (const { container } of await listLogContainers(engine, project, services, signal)) {
    for await (const lines of readContainer(engine, container, { sinceNs, untilNs }, signal)) {
      yield { container, ...lines }
    }
  }
}

/** See `LogSource.oldestTime`. */
export async function readOldestTime(
  engine: Engine,
  project: string,
  services: readonly string[] | null,
  signal: AbortSignal,
): Promise<bigint | null> {
  let oldest: bigint | null = null
  for (const { container } of await listLogContainers(engine, project, services, signal)) {
    for await (const { times } of readContainer(engine, container, {}, signal)) {
      const [first] = times
      if (first !== undefined && (oldest === null || first < oldest)) oldest = first
      break
    }
  }
  return oldest
}

/** Nothing of one that went away since it was listed. */
async function* readContainer(
  engine: Engine,
  { id }: LogContainer,
  window: Pick<LogReadRequest, 'sinceNs' | 'untilNs'>,
  signal: AbortSignal,
): AsyncGenerator<LogLines, void> {
  try {
    const { isTerminal } = await engine.logs.describe(id, { signal })
    yield* engine.logs.read(id, { ...window, isTerminal, withUnfinished: true }, signal)
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'docker.not-found') throw error
  }
}
