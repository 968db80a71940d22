import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import { pause } from '../hosts/pause.ts'
import type { DeliveryCursor } from './delivery-cursor.ts'
import type { LogContainer } from './log-batch.ts'

/** How long a follow may say nothing before it is doubted, at first and at last. */
const FIRST_DOUBT_MS = 5_000
const LAST_DOUBT_MS = 60_000
/** An engine that does not come to an end with the last line of a log makes the follow more doubtful still. */
const STALL_MS = 5_000
/** A line may be on its way while the log is looked at. */
const GRACE_MS = 1_000

interface QuietFollow {
  readonly engine: Engine
  readonly container: LogContainer
  readonly isTerminal: boolean
  readonly cursor: DeliveryCursor
}

/**
 * Compares a quiet follow with the end of the log: a follow may stay silent for ever after its file was rotated or
 * emptied. Resolves (`stale`) once they differ; otherwise never, but when `signal` aborts.
 */
export async function watchQuiet(follow: QuietFollow, signal: AbortSignal): Promise<'stale'> {
  let doubtMs = FIRST_DOUBT_MS
  let told = follow.cursor.latestNs
  for (;;) {
    await pause(doubtMs, signal)
    if (signal.aborted) return 'stale'
    const isQuiet = follow.cursor.latestNs === told
    told = follow.cursor.latestNs
    if (isQuiet) {
      const stored = await readLast(follow, signal)
      // The follow of a log that was emptied is dead, but there is nothing to tell, and its next line is soon wanted.
      const isEmpty = told === null && stored === 'stalled'
      if (!isEmpty && !isTold(told, stored) && !(await comesNow(follow, told, signal))) return 'stale'
      doubtMs = isEmpty ? FIRST_DOUBT_MS : Math.min(2 * doubtMs, LAST_DOUBT_MS)
    } else {
      doubtMs = FIRST_DOUBT_MS
    }
  }
}

/** While lines come, the follow lives, whatever the log says. */
async function comesNow({ cursor }: QuietFollow, told: bigint | null, signal: AbortSignal): Promise<boolean> {
  await pause(GRACE_MS, signal)
  return cursor.latestNs !== told
}

/** The last line that is stored may be of the stream that was told less far; it is not later than the other, then. */
function isTold(told: bigint | null, stored: bigint | 'stalled' | null): boolean {
  if (told === null) return stored === null
  return stored !== null && stored !== 'stalled' && stored <= told
}

async function readLast(
  { engine, container, isTerminal }: QuietFollow,
  signal: AbortSignal,
): Promise<bigint | 'stalled' | null> {
  const request = { isTerminal, tailLines: 1, withUnfinished: true, stallTimeoutMs: STALL_MS }
  let last: bigint | null = null
  try {
    for await (const { times } of engine.logs.read(container.id, request, signal)) last = times.at(-1) ?? last
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'host.timeout') return 'stalled'
    throw error
  }
  return last
}
