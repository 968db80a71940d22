import { isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import { backoffMs } from '../hosts/backoff.ts'
import { pause } from '../hosts/pause.ts'
import type { HostSession } from '../stacks/stack.ts'
import { whenConnected } from '../stacks/when-connected.ts'
import type { BackfillStart } from './backfill.ts'
import { ContainerFollower } from './container-follower.ts'
import { EventQueue } from './event-queue.ts'
import type { LogContainer, LogEvent } from './log-batch.ts'
import type { TailOptions } from './log-source.ts'
import { ServiceStates } from './service-states.ts'
import { createWaker, type Waker } from './waker.ts'
import { listLogContainers, watchLogContainers } from './watch-log-containers.ts'

/** A connection that held so long was good: the next loss starts with a short pause again. */
const STABLE_MS = 60_000
/** The host itself reconnects with longer pauses; this is for an engine that does not answer. */
const LONGEST_PAUSE_MS = 15_000

type Session = Pick<HostSession, 'host' | 'engine'>

/** See `LogSource.tail`. */
export async function* tailStack(
  session: Session,
  project: string,
  options: TailOptions,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void> {
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  const queue = new EventQueue()
  const tail = new StackTail(session, project, options, queue, until)
  const running = tail.run()
  try {
    yield* queue.read(until)
  } finally {
    end.abort()
    await running
  }
}

/** A container whose lines are told, and who tells them. */
interface Followed {
  readonly container: LogContainer
  /** Something happened to it: it may run again. */
  readonly waker: Waker
  /** Settles once it is gone, or the tail is over. Never rejects. */
  readonly done: Promise<void>
}

/** Follows all containers of the chosen services, those that are there and those that come. */
class StackTail {
  readonly #session: Session
  readonly #project: string
  readonly #options: TailOptions
  readonly #queue: EventQueue
  readonly #signal: AbortSignal
  readonly #states: ServiceStates
  readonly #followed = new Map<string, Followed>()
  /** Removed ones, whose names an old list may still bring. */
  readonly #gone = new Set<string>()
  #isFirstList = true

  constructor(session: Session, project: string, options: TailOptions, queue: EventQueue, signal: AbortSignal) {
    this.#session = session
    this.#project = project
    this.#options = options
    this.#queue = queue
    this.#signal = signal
    this.#states = new ServiceStates(options.services ?? [], (event) => queue.push(event))
  }

  /** Until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { host, engine } = this.#session
    let failures = 0
    while (!this.#signal.aborted && (await whenConnected(host, this.#signal))) {
      const connectedAt = performance.now()
      try {
        await this.#look()
        for await (const changed of watchLogContainers(engine, this.#project, this.#signal)) {
          for (const id of changed) this.#followed.get(id)?.waker.wake()
          await this.#look()
        }
      } catch (error) {
        if (this.#signal.aborted) break
        this.#states.setLost(toErrorShape(error))
        if (performance.now() - connectedAt > STABLE_MS) failures = 0
        await pause(pauseMs(++failures), this.#signal)
      }
    }
    await Promise.all([...this.#followed.values()].map(({ done }) => done))
  }

  /** Begins to follow what is not followed yet, and lets go of what is not there any more. */
  async #look(): Promise<void> {
    const { services, tailLines } = this.#options
    const found = await listLogContainers(this.#session.engine, this.#project, services, this.#signal)
    const start: BackfillStart = this.#isFirstList ? { tailLines } : 'beginning'
    this.#isFirstList = false
    this.#states.setLost(null)
    for (const { container, isRunning } of found) {
      const followed = this.#followed.get(container.id)
      if (followed === undefined) this.#begin(container, start)
      // Its beginning may have happened while nobody listened.
      else if (isRunning) followed.waker.wake()
    }
    const present = new Set(found.map(({ container }) => container.id))
    for (const [id, { waker }] of this.#followed) {
      if (!present.has(id)) waker.wake()
    }
  }

  #begin(container: LogContainer, start: BackfillStart): void {
    if (this.#gone.has(container.id)) return
    const waker = createWaker(this.#signal)
    const done = this.#followOne(container, start, waker).finally(() => {
      this.#followed.delete(container.id)
      this.#gone.add(container.id)
    })
    this.#followed.set(container.id, { container, waker, done })
  }

  async #followOne(container: LogContainer, start: BackfillStart, waker: Waker): Promise<void> {
    const { engine, host } = this.#session
    const tellChange = this.#changesOf(container)
    const follower = new ContainerFollower({
      engine,
      container,
      start,
      queue: this.#queue,
      onRunning: () => tellChange('began'),
      onLive: () => this.#states.set(container, 'following'),
    })
    let failures = 0
    this.#states.set(container, 'waiting')
    tellChange('began')
    while (await whenConnected(host, this.#signal)) {
      const beganAt = performance.now()
      try {
        if ((await follower.run(this.#signal)) === 'removed') break
        failures = 0
        this.#states.set(container, 'ended')
        tellChange('ended')
        await waker.next()
      } catch (error) {
        if (this.#signal.aborted) return
        if (isUnreadable(error)) {
          this.#states.set(container, 'ended', toErrorShape(error))
          await waker.next()
          continue
        }
        this.#states.set(container, 'reconnecting', toErrorShape(error))
        if (performance.now() - beganAt > STABLE_MS) failures = 0
        await pause(pauseMs(++failures), this.#signal)
      }
    }
    if (this.#signal.aborted) return
    this.#states.remove(container)
    tellChange('ended')
  }

  #changesOf(container: LogContainer): (change: 'began' | 'ended') => void {
    let last: 'began' | 'ended' = 'ended'
    return (change) => {
      if (change !== last) this.#queue.push({ kind: 'container', container, change })
      last = change
    }
  }
}

/** The container's logging driver keeps nothing that could be read; trying again changes nothing. */
function isUnreadable(error: unknown): boolean {
  return isSlipwayError(error) && error.details?.status === '501'
}

function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, backoffMs(failures) / 4)
}
