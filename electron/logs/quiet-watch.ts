import type { Engine } from '../docker/engine.ts'
import { pause } from '../hosts/pause.ts'
import type { DeliveryCursor } from './delivery-cursor.ts'
import type { LogContainer } from './log-batch.ts'

/** How long a follow may say nothing before it is doubted, at first and at last. */
const FIRST_DOUBT_MS = 5_000
const LAST_DOUBT_MS = 60_000
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
  let last = follow.cursor.latestNs
  while (!signal.aborted) {
    await pause(doubtMs, signal)
    const now = follow.cursor.latestNs
    doubtMs = now === last ? Math.min(2 * doubtMs, LAST_DOUBT_MS) : FIRST_DOUBT_MS
    if (now === last && !signal.aborted && (await isStale(follow, signal))) return 'stale'
    last = follow.cursor.latestNs
  }
  return 'stale'
}

async function isStale(follow: QuietFollow, signal: AbortSignal): Promise<boolean> {
  const before = follow.cursor.latestNs
  const stored = await readLast(follow, signal)
  if (isTold(before, stored)) return false
  await pause(GRACE_MS, signal)
  // While lines come, the follow lives, whatever the log says.
  return follow.cursor.latestNs === before && !signal.aborted
}

/** The other stream may have ended the log with an earlier time; what matters is the line, so `<=` would miss nothing. */
function isTold(told: bigint | null, stored: bigint | null): boolean {
  if (told === null) return stored === null
  return stored !== null && stored <= told
}

async function readLast({ engine, container, isTerminal }: QuietFollow, signal: AbortSignal): Promise<bigint | null> {
  let last: bigint | null = null
  const request = { isTerminal, tailLines: 1, withUnfinished: true }
  for await (const { times } of engine.logs.read(container.id, request, signal)) last = times.at(-1) ?? last
  return last
}
