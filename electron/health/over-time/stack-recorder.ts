import type { Incident, Observed } from '../../../shared/contract/monitor.ts'
import type { Health, StackRef } from '../../../shared/contract/stacks.ts'
import { isCancellation, isSlipwayError } from '../../../shared/errors.ts'
import { pause } from '../../hosts/pause.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import type { HostSession } from '../../stacks/stack.ts'
import type { IncidentStore } from '../../storage/stored-incidents.ts'
import type { MonitoredStack, StackFacts } from '../../storage/stored-timelines.ts'
import type { StackMonitor } from '../stack-monitor.ts'
import type { Moment } from './clock.ts'
import type { ClockKeeper } from './clock-keeper.ts'
import { type DiskSpace, FigureTaker } from './figure-taker.ts'
import { HappeningWatch } from './happening-watch.ts'
import { HealthTrack } from './health-track.ts'
import type { DamperLimits } from './incident-damper.ts'
import { failingServices, gatherEvidence } from './incident-evidence.ts'
import { type Failure, IncidentKeeper } from './incident-keeper.ts'
import { HOUR_MS, PROBE_SERIES, rollUp, type Stores } from './roll-up.ts'
import type { Saving } from './save-together.ts'
import { UnsavedNotes } from './unsaved-notes.ts'

/** A link that is dead without anybody knowing makes every probe fail; so bad news must be proved by a live one. */
export const PROOF_TIMEOUT_MS = 5_000
/** The latest answers, from which the page of all hosts tells what is usual. */
const KEPT_RESPONSES = 500
/** Lines of each failing service that are kept with an incident. */
const LOG_LINES = 50
const LOG_CHARACTERS = 16_000
const LOG_TIMEOUT_MS = 10_000

export interface StackRecorderOptions {
  readonly stack: MonitoredStack
  readonly stores: Stores
  readonly incidents: IncidentStore
  readonly session: HostSession
  readonly clock: ClockKeeper
  readonly intervalMs: number
  readonly usageIntervalMs: number
  readonly limits: DamperLimits
  /** Holds the stack's monitor; to be released. */
  readonly follow: (listener: () => void) => { readonly value: StackMonitor; readonly release: () => void }
  readonly disk: () => DiskSpace | null
  readonly raise: (notice: RaisedNotice) => void
  /** Its state has changed. */
  readonly onChange: () => void
  readonly reportBug: (error: unknown) => void
}

interface Seen {
  readonly health: Health
  readonly reason: string
}

/** Watches one stack while nobody looks: notes its states and figures, and makes incidents of what is bad. */
export class StackRecorder implements Saving {
  readonly ref: StackRef
  readonly #options: StackRecorderOptions
  readonly #monitor: StackMonitor
  readonly #release: () => void
  readonly #stopUsage: () => void
  readonly #end = new AbortController()
  readonly #track: HealthTrack
  readonly #incidents: IncidentKeeper
  readonly #figures = new FigureTaker()
  readonly #happenings = new HappeningWatch()
  #facts: StackFacts
  readonly #notes: UnsavedNotes
  #rolledToMs: number
  #isGone = false
  #responses: number[] = []
  /** The computer slept, or so: nothing counts before all is asked anew. */
  #isRechecking = false
  #isProving = false
  #reason = ''

  constructor(options: StackRecorderOptions) {
    const { stack, stores, clock, intervalMs } = options
    this.ref = stack.ref
    this.#options = options
    this.#facts = stack.facts
    this.#rolledToMs = stack.rolledToMs
    this.#notes = new UnsavedNotes(stores, stack)
    this.#track = new HealthTrack({ store: stores.timelines, stack: stack.number, intervalMs }, clock.look().wallMs)
    this.#incidents = new IncidentKeeper({
      ref: stack.ref,
      store: options.incidents,
      limits: options.limits,
      name: () => this.#facts.name,
      describe: () => this.#describeFailure(),
      readLogs: () => this.#readLogs(),
      raise: options.raise,
      reportBug: options.reportBug,
    })
    const { value, release } = options.follow(() => this.#lookSafely())
    this.#monitor = value
    this.#release = release
    this.#stopUsage = value.watchUsage(options.usageIntervalMs)
  }

  get track(): HealthTrack {
    return this.#track
  }

  get facts(): StackFacts {
    return this.#facts
  }

  /** Why it is in its present state. */
  get reason(): string {
    return this.#reason
  }

  /** The id of the operation that is under way on it. */
  get operation(): string | null {
    return this.#monitor.detail?.operation?.id ?? null
  }

  /** How long the latest probes took, in milliseconds. */
  get responses(): readonly number[] {
    return this.#responses
  }

  get openIncident(): string | null {
    return this.#incidents.openIncident
  }

  /** Its containers have all been removed, though nobody said that it was to go. */
  setGone(isGone: boolean): void {
    this.#isGone = isGone
    this.#lookSafely()
  }

  /** One look at the usual interval. */
  tick(): void {
    this.#look()
    if (this.#track.state !== null) this.#measure(this.#options.clock.look())
  }

  /** Whether an hour has passed that was not joined to minutes and hours yet. */
  isToBeRolledUp(now: Moment): boolean {
    return this.#rolledToMs !== hourOf(now)
  }

  /** Joins the hours that have passed. */
  rollUp(now: Moment): void {
    const { stack, stores, clock } = this.#options
    this.#rolledToMs = hourOf(now)
    // From what is stored: a write that failed is made good with the next hour.
    const rolledToMs = stores.timelines.find(this.ref)?.rolledToMs ?? 0
    rollUp(stores, stack.number, { rolledToMs, nowMs: now.wallMs, mayForget: clock.mayForget })
  }

  /** Writes what was noted since the last time. To be called within one transaction with those of other stacks. */
  save(): void {
    this.#track.save()
    this.#notes.save()
  }

  saved(): void {
    this.#track.saved()
    this.#notes.saved()
  }

  /** Drops what was noted since it was saved: it bears a wrong time. */
  discard(nowMs: number): void {
    this.#track.discard(nowMs)
    this.#notes.discard()
  }

  /** Drops what was noted for these times, which never were. */
  unsay(fromMs: number, toMs: number): void {
    this.#track.unsay(fromMs, toMs)
    this.#options.stores.samples.dropWithin(this.#options.stack.number, fromMs, toMs)
  }

  stop(): void {
    this.#end.abort()
    this.#stopUsage()
    this.#release()
    this.#track.stop()
  }

  /** For calls from where nobody would catch an error of the store. */
  #lookSafely(): void {
    try {
      this.#look()
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  #look(): void {
    if (this.#end.signal.aborted) return
    const now = this.#options.clock.look()
    if (!this.#catchUp(now) || this.#isProving) return
    const seen = this.#see()
    if (seen === null) this.#track.stop()
    else if (isBad(seen)) void this.#prove(seen)
    else this.#note(now, seen)
  }

  /** Judges the time since the last look. False: nothing counts at present. */
  #catchUp(now: Moment): boolean {
    const wasLooking = this.#track.state !== null
    const between = this.#track.lookAgain(now)
    if (between !== 'continuous') {
      this.#incidents.interrupt()
      if (wasLooking) void this.#recheck()
    }
    return !this.#isRechecking
  }

  /** Null: nobody looks at present. */
  #see(): Seen | null {
    const { host } = this.#options.session
    const { detail } = this.#monitor
    if (host.status.kind === 'idle') return null
    if (host.status.kind !== 'connected') return { health: 'unknown', reason: 'The connection to its host is lost.' }
    if (this.#isGone) return { health: 'down', reason: 'Its containers have all been removed.' }
    return detail === null ? null : { health: detail.health, reason: this.#monitor.mask(detail.healthReason) }
  }

  async #prove(seen: Seen): Promise<void> {
    this.#isProving = true
    const isAlive = await this.#askForProof(seen)
    this.#isProving = false
    if (this.#end.signal.aborted) return
    try {
      this.#takeProof(isAlive)
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  /** Whether the link is alive. Nor is it news while somebody is at work on the stack; one who is found late counts next time. */
  async #askForProof({ health }: Seen): Promise<boolean> {
    const isNews = this.#track.state !== observedAs(health)
    try {
      await this.#options.session.engine.ping({ signal: this.#end.signal, timeoutMs: PROOF_TIMEOUT_MS })
      if (isNews) await Promise.race([this.#monitor.lookForOperation(), pause(PROOF_TIMEOUT_MS, this.#end.signal)])
      return true
    } catch (error) {
      if (!isSlipwayError(error) && !isCancellation(error)) this.#options.reportBug(error)
      return false
    }
  }

  #takeProof(isAlive: boolean): void {
    const now = this.#options.clock.look()
    if (!this.#catchUp(now)) return
    // What was seen may have changed while the proof was under way.
    const current = this.#see()
    if (current === null) this.#track.stop()
    else if (isAlive || !isBad(current)) this.#note(now, current)
    else this.#note(now, { health: 'unknown', reason: 'Its host does not answer at present.' })
  }

  #note(now: Moment, { health, reason }: Seen): void {
    const state = observedAs(health)
    const hasChanged = this.#track.state !== state || this.#reason !== reason
    this.#reason = reason
    this.#track.note(now, state)
    this.#remember(now)
    this.#incidents.look(now, health)
    if (hasChanged) this.#options.onChange()
  }

  /** Nothing is noted until every question was asked and answered again. */
  async #recheck(): Promise<void> {
    if (this.#isRechecking) return
    this.#isRechecking = true
    try {
      await this.#monitor.recheck()
    } catch (error) {
      if (!isCancellation(error)) this.#options.reportBug(error)
    } finally {
      this.#isRechecking = false
    }
    this.#lookSafely()
  }

  /** What is known of the stack beside its state: its name and version, operations and restarts. */
  #remember(now: Moment): void {
    const { detail, containers } = this.#monitor
    const disk = this.#options.disk()
    if (detail !== null && detail.error === null) {
      const facts = { name: detail.name, version: detail.version, diskPath: disk?.path ?? this.#facts.diskPath }
      if (JSON.stringify(facts) !== JSON.stringify(this.#facts)) {
        this.#facts = facts
        this.#notes.setFacts(facts)
      }
    }
    const operation = detail?.error === null ? detail.operation : undefined
    const at = { nowMs: now.wallMs, hostNowMs: this.#options.session.host.now() }
    this.#notes.addMarks(this.#happenings.look({ operation, containers }, at))
  }

  #measure(now: Moment): void {
    const { probes, usage, containers } = this.#monitor
    const figures = this.#figures.take({ probes, usage, containers, disk: this.#options.disk() }, now)
    if (figures.length === 0) return
    const responses = figures.flatMap(({ key, value }) => (key.id === PROBE_SERIES ? [value] : []))
    this.#responses = [...this.#responses, ...responses].slice(-KEPT_RESPONSES)
    this.#notes.addFigures(now.wallMs, figures)
  }

  #describeFailure(): Failure {
    const { detail, mask } = this.#monitor
    if (detail === null || this.#isGone) return { service: null, reason: this.#reason, evidence: [] }
    return {
      service: failingServices(detail)[0]?.name ?? null,
      reason: this.#reason,
      evidence: gatherEvidence(detail, mask),
    }
  }

  async #readLogs(): Promise<Incident['logs']> {
    const { detail, mask } = this.#monitor
    if (detail === null || this.#isGone) return []
    const failing = failingServices(detail).flatMap(({ name, containers }) =>
      containers.map(({ id }) => ({ name, id })),
    )
    const options = { signal: this.#end.signal, timeoutMs: LOG_TIMEOUT_MS }
    const logs = await Promise.all(
      failing.map(async ({ name, id }) => {
        const text = await this.#options.session.engine
          .logTail(id, LOG_LINES, options)
          .catch((error: Error) => `The log could not be read: ${error.message}`)
        return { service: name, text: mask(text).slice(-LOG_CHARACTERS) }
      }),
    )
    // Whoever ended this may have forgotten the stack, or closed the store.
    return this.#end.signal.aborted ? [] : logs.filter(({ text }) => text !== '')
  }
}

function hourOf({ wallMs }: Moment): number {
  return Math.floor(wallMs / HOUR_MS) * HOUR_MS
}

function isBad({ health }: Seen): boolean {
  return health === 'down' || observedAs(health) === 'degraded'
}

/** As timelines tell it: what starts does not serve fully yet. */
function observedAs(health: Health): Observed {
  return health === 'starting' ? 'degraded' : health
}
