import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogReadRequest } from '../docker/engine-logs.ts'
import { type LogLines, pickLines } from '../docker/log-lines.ts'
import type { LogBatch, LogContainer } from './log-batch.ts'
import type { WindowOptions } from './log-source.ts'
import { listLogContainers } from './watch-log-containers.ts'

/**
 * The engine stops at the first line that is later than it was asked for, and the lines of the two streams are not
 * stored in the order of their times: those behind it that are earlier would be in no window.
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
      yield { container, ...(untilNs === null ? lines : linesUpTo(lines, untilNs)) }
    }
  }
}

/** Pure: without the lines that are later. */
export function linesUpTo(lines: LogLines, untilNs: bigint): LogLines {
  const later = [...lines.times.keys()].filter((at) => (lines.times[at] ?? 0n) > untilNs)
  return later.length === 0 ? lines : pickLines(lines, later)
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
