import { isSlipwayError } from '../../shared/errors.ts'
import type { Engine } from '../docker/engine.ts'
import type { LogDescription } from '../docker/log-description.ts'
import { type LogLines, pickLines } from '../docker/log-lines.ts'
import { pause } from '../hosts/pause.ts'
import { Backfill, type BackfillStart } from './backfill.ts'
import { DeliveryCursor } from './delivery-cursor.ts'
import type { EventQueue } from './event-queue.ts'
import { LiveBuffer } from './live-buffer.ts'
import type { LogContainer } from './log-batch.ts'
import { watchQuiet } from './quiet-watch.ts'

/** Between the head of a follow's answer and the engine's look at the end of the file. No loss was seen without it. */
const SETTLE_MS = 250
/** A follow that ended so soon is not begun again at once: the container restarts, and has nothing to follow. */
const SHORT_MS = 1_000
/** Where each stream costs an SSH session there is none to spare for following: the log is read anew, so often. */
const POLL_MS = 2_000
/** Rounds of reading again what came meanwhile. A log that is still ahead then is told with a gap. */
const MAX_ROUNDS = 4

export interface FollowerOptions {
  readonly engine: Pick<Engine, 'logs'>
  readonly container: LogContainer
  readonly start: BackfillStart
  readonly queue: EventQueue
  /** Called whenever the container is found running. */
  readonly onRunning: () => void
  /** Called when live lines come in, after everything before them was told. */
  readonly onLive: () => void
}

/**
 * Tells every line of one container once. Follows first and reads what was before afterwards, so that nothing falls
 * between; what comes twice is dropped by the cursor, which outlives connections and restarts.
 */
export class ContainerFollower {
  readonly #options: FollowerOptions
  readonly #cursor = new DeliveryCursor()
  readonly #backfill: Backfill
  /** It has ended, and all it wrote was told. */
  #isDrained = false

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#backfill = new Backfill(options, this.#cursor)
  }

  /**
   * Follows until the container does not run any more, and everything it wrote was told (`stopped`), or until it was
   * removed (`removed`). Throws when the connection or the engine goes away: to be run again, it goes on where it was.
   */
  async run(signal: AbortSignal): Promise<'stopped' | 'removed'> {
    const { engine, container } = this.#options
    const { canFollow, endsWhole } = await engine.logs.route(signal)
    /** Set while a follow has ended, and is known to have told the last line. */
    let isWhole = false
    let beganAt = Number.NEGATIVE_INFINITY
    try {
      for (;;) {
        const description = await engine.logs.describe(container.id, { signal })
        if (!isFollowable(description)) {
          await this.#drain(description, signal)
          this.#isDrained = true
          return 'stopped'
        }
        this.#isDrained = false
        isWhole = false
        this.#options.onRunning()
        if (performance.now() - beganAt < SHORT_MS) await pause(SHORT_MS, signal)
        beganAt = performance.now()
        if (canFollow)
          isWhole = (await this.#follow(description, endsWhole, signal)) === 'ended' && this.#isTrusted(endsWhole)
        else await this.#poll(description, signal)
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!isGone(error)) throw error
      if (!isWhole && !this.#isDrained) this.#tellRemoved()
      return 'removed'
    }
  }

  async #follow(description: LogDescription, withUnfinished: boolean, signal: AbortSignal): Promise<'ended' | 'stale'> {
    const { engine, container } = this.#options
    const { isTerminal } = description
    const end = new AbortController()
    const until = AbortSignal.any([signal, end.signal])
    const opened = Promise.withResolvers<void>()
    const firstLine = Promise.withResolvers<void>()
    const buffer = new LiveBuffer()
    let isLive = false
    const onLines = (lines: LogLines) => {
      firstLine.resolve()
      if (isLive) this.#tellLive(lines)
      else buffer.add(lines)
    }
    const following = engine.logs.follow(
      container.id,
      { isTerminal, withUnfinished },
      { onOpen: opened.resolve, onLines },
      until,
    )
    following.catch(() => {})
    try {
      await Promise.race([opened.promise, following])
      await Promise.race([firstLine.promise, following, pause(SETTLE_MS, until)])
      await this.#catchUp(description, buffer, until)
      isLive = true
      this.#options.onLive()
      const quiet = watchQuiet({ ...this.#options, isTerminal, cursor: this.#cursor }, until)
      quiet.catch(() => {})
      return await Promise.race([following.then(() => 'ended' as const), quiet])
    } finally {
      end.abort()
      await following.catch(() => {})
    }
  }

  /** Tells what was before the live lines, and then those that came meanwhile. */
  async #catchUp(description: LogDescription, buffer: LiveBuffer, signal: AbortSignal): Promise<void> {
    const { queue, container } = this.#options
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.#backfill.read(description, false, signal)
      const live = buffer.take()
      for (const lines of live ?? []) queue.pushLines(container, this.#cursor.admit(lines))
      if (live !== null) return
    }
    const reason = 'Lines came faster than they could be read; some of them may be missing.'
    queue.push({ kind: 'gap', container, after: this.#cursor.latestNs, before: null, reason })
  }

  async #poll(description: LogDescription, signal: AbortSignal): Promise<void> {
    await this.#backfill.read(description, false, signal)
    this.#options.onLive()
    await pause(POLL_MS, signal)
    signal.throwIfAborted()
  }

  /** A follow may end before the last lines; the log itself has them. */
  async #drain(description: LogDescription, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const told = await this.#backfill.read(description, true, signal)
      if (told === 0) return
    }
  }

  /** Whether a follow that has ended has told all. */
  #isTrusted(endsWhole: boolean): boolean {
    return endsWhole && !(this.#backfill.wasEmptied && this.#cursor.latestNs === null)
  }

  #tellLive(lines: LogLines): void {
    const { queue, container } = this.#options
    const strays: number[] = []
    queue.pushLines(container, this.#cursor.admit(lines, strays))
    const [first] = strays
    if (first === undefined) return
    // What comes live and is older than all that is remembered is no repetition.
    const reason = 'The clock of the host was set back: lines around this place may be missing or come twice.'
    queue.push({ kind: 'gap', container, after: null, before: lines.times[first] ?? null, reason })
    this.#cursor.reset()
    const stray = new Set(strays)
    const others = [...lines.ends.keys()].filter((at) => !stray.has(at))
    queue.pushLines(container, this.#cursor.admit(pickLines(lines, others)))
  }

  #tellRemoved(): void {
    const { queue, container } = this.#options
    const reason = 'The container was removed before its last lines could be read.'
    queue.push({ kind: 'gap', container, after: this.#cursor.latestNs, before: null, reason })
  }
}

function isFollowable({ state }: LogDescription): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting'
}

/** It was removed, or is being removed (409): its log cannot be read any more. */
function isGone(error: unknown): boolean {
  return isSlipwayError(error) && (error.code === 'docker.not-found' || error.details?.status === '409')
}
