import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogReadRequest } from '../docker/engine-logs.ts'
import { pause } from '../hosts/pause.ts'
import type { DeliveryCursor } from './delivery-cursor.ts'
import type { LogContainer } from './log-batch.ts'

/** How long a follow may say nothing before it is doubted, at first and at last. */
const FIRST_DOUBT_MS = 5_000
const LAST_DOUBT_MS = 60_000
const STALL_MS = 3_000
const LONG_STALL_MS = 30_000
/** A line may be on its way while the log is looked at. */
const GRACE_MS = 1_000

interface QuietFollow {
  readonly engine: Pick<Engine, 'logs'>
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
      const { storedNs, isEmptied } = await readLast(follow, told, signal)
      if (!isTold(told, storedNs) && !(await comesNow(follow, told, signal))) return 'stale'
      // The follow of a log that was emptied may be dead: its next line is soon wanted.
      doubtMs = isEmptied ? FIRST_DOUBT_MS : Math.min(2 * doubtMs, LAST_DOUBT_MS)
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
function isTold(told: bigint | null, stored: bigint | null): boolean {
  if (told === null) return stored === null
  return stored !== null && stored <= told
}

interface LastLine {
  readonly storedNs: bigint | null
  /** The engine does not come to an end with the last line of a log, as Docker 26.1 after it was emptied. */
  readonly isEmptied: boolean
}

async function readLast(
  { engine, container, isTerminal }: QuietFollow,
  told: bigint | null,
  signal: AbortSignal,
): Promise<LastLine> {
  const read = async (request: Partial<LogReadRequest>) => {
    let last: bigint | null = null
    const lines = engine.logs.read(container.id, { isTerminal, withUnfinished: true, ...request }, signal)
    for await (const { times } of lines) last = times.at(-1) ?? last
    return last
  }
  try {
    return { storedNs: await read({ tailLines: 1, stallTimeoutMs: STALL_MS }), isEmptied: false }
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'host.timeout') throw error
    return { storedNs: await read({ sinceNs: told, stallTimeoutMs: LONG_STALL_MS }), isEmptied: true }
  }
}
