import type { LockView } from '../../shared/contract/operations.ts'
import type { Drift, StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { type ErrorShape, isCancellation, isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../shared/runbook/probe-service.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import type { ContainerUsage } from '../docker/engine.ts'
import type { Host } from '../hosts/host.ts'
import { pause } from '../hosts/pause.ts'
import { findDrift } from '../stacks/drift.ts'
import { readFileMarks } from '../stacks/file-marks.ts'
import { type StackReading, slipwayDirectory } from '../stacks/read-stack.ts'
import type { Stack } from '../stacks/stack.ts'
import type { StackService } from '../stacks/stack-service.ts'
import type { AskData } from './data-question.ts'
import { lostConnection } from './lost-connection.ts'
import type { AskedProbe } from './probe-result.ts'
import { ProbeSchedule } from './probe-schedule.ts'
import { changedServices, maskerOf, readLocalImages } from './reading-facts.ts'
import { probesOf, runProbe } from './run-probe.ts'
import { buildBlank, buildPicture, isAtWork } from './stack-picture.ts'
import { UsageSampler } from './usage-sampler.ts'

/** Where a stack's lock is looked for. */
export interface StackPlace {
  readonly ref: StackRef
  readonly host: Host
  readonly slipwayDirectory: string
}

/** The lock of a stack, whoever holds it; null: it is free. */
export type ReadLock = (place: StackPlace) => Promise<LockView | null>

/** A lock comes and goes, and files are edited, without an event of the engine: looked for while a person looks. */
const LOOK_INTERVAL_MS = 3_000
/** The same while nobody does. With a hundred stacks, more would be a burden for what is seldom of use. */
const UNWATCHED_LOOK_INTERVAL_MS = 60_000
/** Of those, every so many looks at the files too, which takes a question for each file. */
const UNWATCHED_LOOKS_AT_FILES = 2
/** Each reading runs Compose on the host. With a hundred stacks, once a minute would keep a small machine busy. */
const UNWATCHED_POLL_MS = 10 * 60_000
/** A page that shows usage shows it as it changes. */
const WATCHED_USAGE_INTERVAL_MS = 5_000
/** The first picture waits for the first answers, so that it does not say "unknown" only because it was quick. */
const FIRST_ANSWERS_MS = 3_000
/** Probes that hang must not keep what the others say from being noted. */
const RECHECK_MS = 60_000
/** Nor a stack from being told of once an operation is over. */
const AFTER_OPERATION_MS = 20_000

export interface StackMonitorOptions {
  readonly stacks: StackService
  readonly ref: StackRef
  readonly readLock: ReadLock
  readonly askData?: AskData | undefined
  readonly onChange: () => void
  readonly reportBug: (error: unknown) => void
}

/** Keeps one stack's picture current until it is stopped: read on demand, probed at the runbook's pace. */
export class StackMonitor {
  /** Resolves when the first picture is there, or the reason why there is none. */
  readonly firstReading: Promise<void>
  readonly #options: StackMonitorOptions
  /** Held: a host that is removed still says that its connection has ended, and is not found any more then. */
  readonly #host: Host
  readonly #end = new AbortController()
  readonly #schedule: ProbeSchedule
  readonly #usage: UsageSampler
  #lookTimer: NodeJS.Timeout
  #closeWatchers = 0
  #looks = 0
  #polledAt = performance.now()
  readonly #unsubscribe: () => void
  #reading: StackReading | null = null
  #readAt = ''
  #masker: { readonly reading: StackReading | null; readonly mask: Masker } | null = null
  #drift: Drift[] = []
  #localImages: Readonly<Record<string, string | null>> = {}
  #lock: LockView | null = null
  #fileMarks: string | null = null
  #isLooking = false
  #lost: ErrorShape | null = null
  /** False while the first picture waits for its probes: a half-known one would only look bad. */
  #isComplete = false
  #since: { readonly health: string; readonly at: string } | null = null
  #detail: StackDetail | null = null
  #refreshing: Promise<void> | null = null
  #isWanted = false

  constructor(options: StackMonitorOptions) {
    const session = options.stacks.session(options.ref.hostId)
    this.#options = options
    this.#host = session.host
    this.#schedule = new ProbeSchedule({
      ask: (probe, signal) => runProbe(this.#stack(), probe, { signal, askData: options.askData }),
      onResult: () => this.#publish(),
      reportBug: options.reportBug,
      canAsk: () => this.#lost === null,
      // The first picture waits for its answers, so they are asked for all at once.
      isWatched: () => this.#closeWatchers > 0 || !this.#isComplete,
    })
    this.#usage = new UsageSampler({
      session,
      containers: () => (this.#lost === null ? Object.values(this.#reading?.containers ?? {}).flat() : []),
      onSample: () => this.#publish(),
      reportBug: options.reportBug,
    })
    this.#unsubscribe = this.#host.subscribe(({ kind }) => {
      if (kind === 'connected') void this.refresh()
      else this.#lose(lostConnection(this.#host))
    })
    this.#lookTimer = setInterval(() => void this.#look(), UNWATCHED_LOOK_INTERVAL_MS)
    this.firstReading = this.refresh()
  }

  /** Null before the first picture. */
  get detail(): StackDetail | null {
    return this.#detail
  }

  /**
   * Reads the stack anew, and asks the probes whose answers its changes may have made old. Joins a reading under way, which
   * is then followed by another.
   */
  refresh(): Promise<void> {
    if (this.#refreshing !== null) {
      this.#isWanted = true
      return this.#refreshing
    }
    this.#refreshing = this.#refreshUntilCurrent().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** The last answers, by the probes' ids. */
  get probes(): ReadonlyMap<string, AskedProbe> {
    return this.#schedule.results
  }

  /**
   * Events can be lost: reads the stack anew, though nothing says that it has changed. Seldom while nobody looks, but for a
   * stack that could not be read: until it can be, nothing of it is asked.
   */
  async poll(): Promise<void> {
    const isSoon = performance.now() - this.#polledAt < UNWATCHED_POLL_MS
    if (this.#lost === null && this.#closeWatchers === 0 && isSoon) return
    this.#polledAt = performance.now()
    await this.refresh()
  }

  /** What the containers use, by their ids, as last sampled. */
  get usage(): ReadonlyMap<string, ContainerUsage> {
    return this.#usage.samples
  }

  /** The containers as last read, by service. */
  get containers(): StackReading['containers'] {
    return this.#reading?.containers ?? {}
  }

  /** The stack as last read; null where its files cannot be read. */
  get stack(): Stack | null {
    return this.#reading?.stack ?? null
  }

  /** Hides the secrets of the stack, as far as it could be read. */
  get mask(): Masker {
    if (this.#masker?.reading !== this.#reading)
      this.#masker = { reading: this.#reading, mask: maskerOf(this.#reading) }
    return this.#masker?.mask ?? maskerOf(null)
  }

  /** Usage is sampled only while somebody wants it, at least so often. Returns how to stop. */
  watchUsage(intervalMs: number): () => void {
    return this.#usage.watch(intervalMs)
  }

  /** A person looks at this stack from now on. Returns how to stop. */
  watchClosely(): () => void {
    const stopUsage = this.watchUsage(WATCHED_USAGE_INTERVAL_MS)
    this.#setCloseWatchers(this.#closeWatchers + 1)
    return () => {
      stopUsage()
      this.#setCloseWatchers(this.#closeWatchers - 1)
    }
  }

  /** Asks everything anew, as a person asks for it, or after a time in which nobody could look. Resolves when all is answered, or not in time. */
  async recheck(): Promise<void> {
    await this.refresh()
    if (this.#lost === null) await this.#schedule.askAnew(RECHECK_MS)
  }

  /** Looks whether an operation has begun that nobody told of: another app's, perhaps. */
  async lookForOperation(): Promise<void> {
    if (!isAtWork(this.#lock)) await this.#readLock()
  }

  #setCloseWatchers(count: number): void {
    const intervalOf = (watchers: number) => (watchers > 0 ? LOOK_INTERVAL_MS : UNWATCHED_LOOK_INTERVAL_MS)
    const before = this.#closeWatchers
    this.#closeWatchers = count
    if (this.#end.signal.aborted || intervalOf(before) === intervalOf(count)) return
    clearInterval(this.#lookTimer)
    this.#lookTimer = setInterval(() => void this.#look(), intervalOf(count))
    if (count > before) void this.#look()
  }

  stop(): void {
    this.#end.abort()
    this.#unsubscribe()
    clearInterval(this.#lookTimer)
    this.#usage.stop()
    this.#schedule.stop()
  }

  #stack(): Stack {
    const stack = this.#reading?.stack
    if (!stack) throw new Error('A stack without a model has no probes.')
    return stack
  }

  async #refreshUntilCurrent(): Promise<void> {
    do {
      this.#isWanted = false
      await this.#refreshOnce()
    } while (this.#isWanted && !this.#end.signal.aborted)
  }

  async #refreshOnce(): Promise<void> {
    const { signal } = this.#end
    if (this.#host.status.kind !== 'connected') return this.#lose(lostConnection(this.#host))
    try {
      const reading = await this.#options.stacks.readRecentPicture(this.#options.ref, { signal })
      const images = reading.stack === null ? {} : await readLocalImages(reading.stack, signal)
      const drift = reading.stack === null ? [] : findDrift(reading.stack, images)
      if (signal.aborted) return
      await this.#take(reading, drift, images)
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return
      if (!isSlipwayError(error)) this.#options.reportBug(error)
      this.#lose(toErrorShape(error))
    }
  }

  async #take(reading: StackReading, drift: Drift[], images: Record<string, string | null>): Promise<void> {
    const isFirst = this.#reading === null
    // What probes answered before the connection was lost says nothing of now.
    if (this.#lost !== null) this.#schedule.forgetAnswers()
    const changed = this.#lost === null ? changedServices(this.#reading, reading) : null
    this.#reading = reading
    this.#readAt = new Date().toISOString()
    this.#drift = drift
    this.#localImages = images
    this.#lost = null
    const { stack } = reading
    this.#schedule.update(
      stack === null ? [] : Object.keys(stack.model.services).flatMap((name) => probesOf(stack, name)),
    )
    if (!isFirst && stack !== null && changed?.size !== 0) {
      this.#schedule.askAll((probe) => changed === null || isTouched(stack.runbook, probe, changed))
    }
    await this.#look()
    if (isFirst) await Promise.race([this.#schedule.allAnswered(), pause(FIRST_ANSWERS_MS, this.#end.signal)])
    this.#isComplete = true
    this.#publish()
  }

  /** The last picture stays, and says that nobody knows whether it still holds. */
  #lose(error: ErrorShape): void {
    this.#lost = error
    this.#isComplete = true
    this.#publish()
  }

  #publish(): void {
    if (this.#end.signal.aborted || !this.#isComplete) return
    const picture = this.#picture()
    if (this.#since?.health !== picture.health) this.#since = { health: picture.health, at: new Date().toISOString() }
    this.#detail = { ...picture, since: this.#since?.at ?? null }
    this.#options.onChange()
  }

  #picture(): Omit<StackDetail, 'since'> {
    if (this.#reading === null) return buildBlank(this.#options.ref, this.#lost)
    return buildPicture({
      reading: this.#reading,
      drift: this.#drift,
      localImages: this.#localImages,
      probes: this.#schedule.results,
      usage: this.#usage.samples,
      lock: this.#lock,
      lost: this.#lost,
      readAt: this.#readAt,
      nowMs: this.#host.now(),
    })
  }

  /** What changes without the engine telling. One look at a time: a slow host is not asked more and more. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    await Promise.all([this.#readLock(), this.#lookAtFiles()])
    this.#isLooking = false
  }

  async #lookAtFiles(): Promise<void> {
    this.#looks += 1
    if (this.#closeWatchers === 0 && this.#looks % UNWATCHED_LOOKS_AT_FILES !== 1) return
    const project = this.#reading?.project
    if (project === undefined || this.#lost !== null || !project.directory.startsWith('/')) return
    const marks = await readFileMarks(this.#host, project, this.#end.signal).catch(() => null)
    const before = this.#fileMarks
    if (marks === null || marks === before) return
    this.#fileMarks = marks
    if (before !== null) void this.refresh()
  }

  /** A lock that cannot be read is not a free one: what was last known of it stays. */
  async #readLock(): Promise<void> {
    const reading = this.#reading
    if (reading === null || this.#lost !== null || !reading.project.directory.startsWith('/')) return
    const place = { ref: reading.ref, host: this.#host, slipwayDirectory: slipwayDirectory(reading.project) }
    let lock = await this.#options.readLock(place).catch(() => this.#lock)
    if (this.#end.signal.aborted || JSON.stringify(lock) === JSON.stringify(this.#lock)) return
    if (lock === null) {
      // What was answered in the middle of an operation says nothing of what it has left.
      await this.#schedule.askAnew(AFTER_OPERATION_MS)
      // The next one may have begun meanwhile; this one has ended in any case.
      lock = await this.#options.readLock(place).catch(() => null)
    }
    this.#lock = lock
    this.#publish()
  }
}

/**
 * Whether what a probe answered may be another thing now that these services changed. One service's change can be seen in
 * any other's answers; but of what is stored, only the service that keeps it knows, and that can be a long read.
 */
function isTouched(runbook: Pick<Runbook, 'backup'>, probe: Probe, changed: ReadonlySet<string>): boolean {
  return !('query' in probe) || changed.has(serviceOfProbe(runbook, probe))
}
