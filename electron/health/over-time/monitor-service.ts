import type {
  FleetHost,
  Incident,
  Mark,
  Observed,
  Range,
  StackMetrics,
  ToldIncident,
} from '../../../shared/contract/monitor.ts'
import type { StackRef } from '../../../shared/contract/stacks.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { gravest } from '../../../shared/monitor/timeline.ts'
import type { Host } from '../../hosts/host.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import { latestValues } from '../../stacks/latest-value.ts'
import type { HostSource, SessionService } from '../../stacks/sessions.ts'
import type { HostSession } from '../../stacks/stack.ts'
import type { SettingsStore } from '../../storage/settings.ts'
import type { IncidentStore } from '../../storage/stored-incidents.ts'
import type { HealthService } from '../health-service.ts'
import { type Clock, systemClock } from './clock.ts'
import { ClockKeeper } from './clock-keeper.ts'
import { describeHost, worstOfHost } from './fleet.ts'
import { hasRoute } from './has-route.ts'
import { HostReach, type ReachedHost } from './host-reach.ts'
import { HostRecorder } from './host-recorder.ts'
import { DAMPER_LIMITS, type DamperLimits } from './incident-damper.ts'
import { KEPT_MS, type Stores } from './roll-up.ts'
import { type Saving, saveTogether } from './save-together.ts'
import { readMetrics } from './stack-metrics.ts'
import { PROOF_TIMEOUT_MS, StackRecorder } from './stack-recorder.ts'
import { tellIncidents } from './told-incidents.ts'

/** How often states are noted. Probes are asked at the runbook's pace. */
const INTERVAL_MS = 15_000
/** Statistics of containers cost the engine more than a probe. Whoever looks at them sees them more often. */
const USAGE_INTERVAL_MS = 60_000
/** Clocks of computers that are not kept in step differ by minutes; one that decides what is too old, by days. */
const SAME_TIME_MS = 60 * 60_000
/** Joining the samples of an hour takes some milliseconds a stack: all at once would hold up everything else. */
const ROLLED_UP_AT_ONCE = 3
/** Many stacks that change at once are one picture. */
const PICTURE_MS = 500

export interface MonitorOptions {
  readonly hosts: HostSource
  readonly sessions: SessionService
  readonly health: HealthService
  readonly stores: Stores
  readonly incidents: IncidentStore
  readonly settings: SettingsStore
  readonly raise: (notice: RaisedNotice) => void
  /** The operations of a stack as its own records tell them, as far as they were read. `current` is under way now. */
  readonly readOperations: (ref: StackRef, current: string | null) => Promise<Mark[]>
  readonly reportBug: (error: unknown) => void
  readonly clock?: Clock
  readonly intervalMs?: number
  readonly usageIntervalMs?: number
  readonly limits?: DamperLimits
}

/** Watches all stacks of all connected hosts while the app runs, and tells how they have been. */
export class MonitorService {
  readonly #options: MonitorOptions
  readonly #clock: Clock
  readonly #keeper: ClockKeeper
  readonly #reach: HostReach
  readonly #end = new AbortController()
  readonly #intervalMs: number
  readonly #hosts = new Map<Host, HostRecorder>()
  readonly #listeners = new Set<() => void>()
  readonly #unsubscribe: () => void
  readonly #timer: NodeJS.Timeout
  #picture: NodeJS.Timeout | undefined

  constructor(options: MonitorOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS
    this.#keeper = new ClockKeeper({
      clock: this.#clock,
      intervalMs: this.#intervalMs,
      settings: options.settings,
      newestMs: () => options.stores.timelines.newestMs(),
      raise: (notice) => this.#raise(notice),
      isConfirmed: () => this.#isTimeConfirmed(),
      save: () => this.#saveAll(),
      discard: (nowMs) => this.#eachRecorder((recorder) => recorder.discard(nowMs)),
      unsay: (fromMs, toMs) => this.#eachRecorder((recorder) => recorder.unsay(fromMs, toMs)),
    })
    this.#reach = new HostReach({
      intervalMs: this.#intervalMs,
      hasNetwork: hasRoute,
      raise: (notice) => this.#raise(notice),
      reportBug: options.reportBug,
    })
    this.#unsubscribe = options.hosts.subscribe(() => this.#followHosts())
    this.#timer = setInterval(() => this.tick(), this.#intervalMs)
    this.#followHosts()
  }

  /** The worst of all that is to be watched; what nobody sees at present is unknown. */
  get worst(): Observed {
    const { hosts, stores } = this.#options
    const known = stores.timelines.list()
    return gravest(hosts.hosts.map((host) => worstOfHost(host, this.#hosts.get(host) ?? null, known)))
  }

  /** How many stacks are down or degraded. */
  get troubles(): number {
    return this.#recorders().filter(({ track }) => track.state === 'down' || track.state === 'degraded').length
  }

  /** How many hosts people were told to be out of reach. */
  get lostHosts(): number {
    return this.#reach.lost
  }

  /** Calls `listener` when something may look different. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One look at everything; by itself at the usual interval. */
  tick(): void {
    for (const host of this.#present()) this.#safely(() => host.tick())
    this.#safely(() => this.#reach.look(this.#keeper.look(), this.#remoteHosts()))
    this.#safely(() => this.#save())
    this.#safely(() => this.#rollUp())
    this.#changed()
  }

  /** `hasOperations`: whether the stack's own records are asked for its operations, which takes a while. */
  async metrics(ref: StackRef, range: Range, hasOperations: boolean): Promise<StackMetrics> {
    const current = this.#recorder(ref)?.operation ?? null
    const operations = hasOperations ? await this.#options.readOperations(ref, current) : []
    const incidents = this.incidents(ref)
    const { stores } = this.#options
    const stack = stores.timelines.find(ref) ?? { ...NEVER_WATCHED, ref }
    const nowMs = this.#recorder(ref)?.track.lastLookMs ?? this.#clock.wallMs()
    return readMetrics({ stores, stack, operations, incidents }, range, nowMs)
  }

  async *watchFleet(signal: AbortSignal): AsyncGenerator<FleetHost[], void> {
    yield* latestValues<FleetHost[]>((push) => {
      push(this.fleet())
      return this.subscribe(() => push(this.fleet()))
    }, signal)
  }

  /** All hosts at a glance. */
  fleet(): FleetHost[] {
    const { hosts, stores } = this.#options
    const source = {
      timelines: stores.timelines,
      known: stores.timelines.list(),
      nowMs: this.#clock.wallMs(),
    }
    return hosts.hosts.map((host) => describeHost(host, this.#hosts.get(host) ?? null, source))
  }

  /** Without evidence and logs, which one of them has when it is asked for. */
  incidents(ref: StackRef): ToldIncident[] {
    return this.#tell(ref, this.#options.incidents.summaries(ref))
  }

  incident(id: string): ToldIncident {
    const found = this.#options.incidents.get(id)
    const [told] = found === null ? [] : this.#tell(found.ref, [found])
    if (told !== undefined) return told
    throw new SlipwayError('input.invalid', 'This incident is not kept any more.', {
      hint: 'Look at the list of incidents.',
    })
  }

  isEnabled(ref: StackRef): boolean {
    return this.#options.stores.timelines.find(ref)?.isEnabled ?? true
  }

  setEnabled(ref: StackRef, isEnabled: boolean): void {
    const { timelines } = this.#options.stores
    timelines.setEnabled(timelines.open(ref).number, isEnabled)
    for (const host of this.#hosts.values()) host.update()
  }

  /** Ends everything, and writes what was noted. */
  dispose(): void {
    this.#end.abort()
    clearInterval(this.#timer)
    clearTimeout(this.#picture)
    this.#unsubscribe()
    this.#listeners.clear()
    this.#save()
    for (const host of this.#hosts.values()) host.stop()
    this.#hosts.clear()
  }

  /** One that is being removed has no place in the store any more. */
  #present(): HostRecorder[] {
    return this.#options.hosts.hosts.flatMap((host) => this.#hosts.get(host) ?? [])
  }

  #remoteHosts(): ReachedHost[] {
    const { hosts, sessions, stores } = this.#options
    const known = stores.timelines.list().filter(({ isEnabled }) => isEnabled)
    return hosts.hosts
      .filter(({ kind }) => kind === 'ssh')
      .map(({ id, label, status }) => ({
        id,
        label,
        status,
        isWatched: known.some(({ ref }) => ref.hostId === id),
        answers: () => this.#answers(sessions.get(id)),
      }))
  }

  #answers({ engine }: HostSession): Promise<boolean> {
    return engine.ping({ signal: this.#end.signal, timeoutMs: PROOF_TIMEOUT_MS }).then(
      () => true,
      () => false,
    )
  }

  /** Whether hosts, which are other computers, say that it is the same time as here: one at least, and none another. */
  async #isTimeConfirmed(): Promise<boolean> {
    const options = { signal: this.#end.signal, timeoutMs: PROOF_TIMEOUT_MS }
    const asked = this.#options.hosts.hosts
      .filter(({ kind, status }) => kind === 'ssh' && status.kind === 'connected')
      .map((host) =>
        host.readClock(options).then(
          (hostMs) => [Math.abs(hostMs - this.#clock.wallMs()) <= SAME_TIME_MS],
          () => [],
        ),
      )
    const answers = (await Promise.all(asked)).flat()
    return answers.length > 0 && answers.every((isSame) => isSame)
  }

  /** What others were asked for may be answered when this has ended. */
  #raise(notice: RaisedNotice): void {
    if (this.#end.signal.aborted) return
    this.#options.raise(notice)
    this.#changed()
  }

  #recorders(): StackRecorder[] {
    return this.#present().flatMap(({ recorders }) => recorders)
  }

  #recorder({ hostId, project }: StackRef): StackRecorder | undefined {
    return this.#recorders().find(({ ref }) => ref.hostId === hostId && ref.project === project)
  }

  #tell(ref: StackRef, incidents: readonly Incident[]): ToldIncident[] {
    this.#save()
    const { timelines } = this.#options.stores
    const nowMs = this.#recorder(ref)?.track.lastLookMs ?? this.#clock.wallMs()
    const keptFromMs = nowMs - KEPT_MS.hour
    const stack = timelines.find(ref)
    const stretches = stack === null ? [] : timelines.read(stack.number, keptFromMs, nowMs)
    return tellIncidents(incidents, { stretches, keptFromMs, nowMs })
  }

  /** A recorder for each present host, none for those that are gone. */
  #followHosts(): void {
    const present = new Set(this.#options.hosts.hosts)
    for (const [host, recorder] of this.#hosts) {
      if (present.has(host)) continue
      recorder.stop()
      this.#hosts.delete(host)
    }
    for (const host of present) {
      if (!this.#hosts.has(host)) this.#hosts.set(host, this.#startHost(host))
    }
    this.#changed()
  }

  #startHost(host: Host): HostRecorder {
    const { sessions, health, reportBug } = this.#options
    return new HostRecorder({
      session: sessions.get(host.id),
      follow: (listener) => health.followHost(host.id, listener),
      isEnabled: (ref) => this.isEnabled(ref),
      createRecorder: (ref, disk) => this.#startStack(ref, disk),
      onChange: () => this.#changed(),
      reportBug,
    })
  }

  #startStack(ref: StackRef, disk: ConstructorParameters<typeof StackRecorder>[0]['disk']): StackRecorder {
    const { stores, incidents, sessions, health, raise, reportBug } = this.#options
    return new StackRecorder({
      stack: stores.timelines.open(ref),
      stores,
      incidents,
      session: sessions.get(ref.hostId),
      clock: this.#keeper,
      intervalMs: this.#intervalMs,
      usageIntervalMs: this.#options.usageIntervalMs ?? USAGE_INTERVAL_MS,
      limits: this.#options.limits ?? DAMPER_LIMITS,
      follow: (listener) => health.follow(ref, listener),
      disk,
      raise,
      onChange: () => this.#changed(),
      reportBug,
    })
  }

  #save(): void {
    this.#keeper.look()
    if (this.#keeper.mayStore) this.#saveAll()
    else this.#write([writing(() => this.#keeper.save())])
  }

  #saveAll(): void {
    this.#write([writing(() => this.#keeper.save()), ...this.#recorders()])
  }

  #rollUp(): void {
    const now = this.#keeper.look()
    if (!this.#keeper.mayStore) return
    const late = this.#recorders().filter((recorder) => recorder.isToBeRolledUp(now))
    this.#write(late.slice(0, ROLLED_UP_AT_ONCE).map((recorder) => writing(() => recorder.rollUp(now))))
  }

  #write(all: readonly Saving[]): void {
    this.#safely(() => saveTogether(this.#options.stores, all))
  }

  #eachRecorder(act: (recorder: StackRecorder) => void): void {
    this.#safely(() => this.#options.stores.timelines.together(() => this.#recorders().forEach(act)))
  }

  /** A store that is busy or full for a moment must end neither the watch over everything else nor the app. */
  #safely(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  #changed(): void {
    this.#picture ??= setTimeout(() => {
      this.#picture = undefined
      for (const listener of [...this.#listeners]) this.#safely(listener)
    }, PICTURE_MS)
  }
}

/** What holds nothing back, and may be written again. */
function writing(save: () => void): Saving {
  return { save, saved: () => {} }
}

const NEVER_WATCHED = {
  number: 0,
  isEnabled: true,
  facts: { name: '', version: null, diskPath: '' },
  rolledToMs: 0,
}
