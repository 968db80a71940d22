import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogReadRequest } from '../docker/engine-logs.ts'
import { type LogLines, pickLines } from '../docker/log-lines.ts'
import type { LogBatch, LogContainer } from './log-batch.ts'
import type { WindowOptions } from './log-source.ts'
import { listLogContainers } from './watch-log-containers.ts'

/**
 * The lines of the two streams are not stored in the order of their times. The engine stops at the first line that is
 * later than it was asked for: those behind it that are earlier would be in no window. And newer engines give all that
 * is stored behind the first line of the window: those that are earlier would be in two.
 */
const OVERLAP_NS = 1_000_000_000n

/** See `LogSource.readWindow`. */
export async function* readLogWindow(
  engine: Engine,
  project: string,
  { services, sinceNs, untilNs }: WindowOptions,
  signal: AbortSignal,
): AsyncGenerator<LogBatch, void> {
  for (const { container } of await listLogContainers(engine, project, services, signal)) {
    const window = { sinceNs, untilNs: untilNs === null ? null : untilNs + OVERLAP_NS }
    for await (const lines of readContainer(engine, container, window, signal)) {
      yield { container, ...linesWithin(lines, sinceNs, untilNs) }
    }
  }
}

/** Pure: without the lines that are earlier or later. Null: without that limit. */
export function linesWithin(lines: LogLines, sinceNs: bigint | null, untilNs: bigint | null): LogLines {
  const { times } = lines
  const isOutside = (time: bigint) => (sinceNs !== null && time < sinceNs) || (untilNs !== null && time > untilNs)
  const outside = [...times.keys()].filter((at) => isOutside(times[at] ?? 0n))
  return outside.length === 0 ? lines : pickLines(lines, outside)
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

/** 409: it is being removed. 501: its logging driver keeps nothing that could be read. */
const UNREADABLE = new Set(['404', '409', '501'])

/** Nothing of one that went away since it was listed, or whose log nobody can read: the others are searched without it. */
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
    if (!isSlipwayError(error) || !UNREADABLE.has(error.details?.status ?? '')) throw error
  }
}
