import { randomUUID } from 'node:crypto'
import type { Incident, Notice } from '../../../shared/contract/monitor.ts'
import type { Health, StackRef } from '../../../shared/contract/stacks.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import type { IncidentStore } from '../../storage/stored-incidents.ts'
import type { Moment } from './clock.ts'
import { CALM, type DamperAction, type DamperLimits, type DamperState, damp, interrupt } from './incident-damper.ts'

/** What is known of a stack at the moment in which it is not well. Masked. */
export interface Failure {
  readonly service: string | null
  readonly reason: string
  readonly evidence: Incident['evidence']
}

export interface IncidentKeeperOptions {
  readonly ref: StackRef
  readonly store: IncidentStore
  readonly limits: DamperLimits
  /** As people call the stack. */
  readonly name: () => string
  readonly describe: () => Failure
  /** The last lines of the failing services. Masked. Never rejects. */
  readonly readLogs: () => Promise<Incident['logs']>
  readonly raise: (notice: RaisedNotice) => void
  readonly reportBug: (error: unknown) => void
}

/** Repeated evidence of an incident that gets worse again and again would grow for ever. */
const MAX_EVIDENCE = 40

/** Makes incidents of what is seen of one stack, keeps them, and tells of them. */
export class IncidentKeeper {
  readonly #options: IncidentKeeperOptions
  #damper: DamperState = CALM
  #current: Incident | null
  /** What the store did not take, as on a full disk, by ids. */
  readonly #unsaved = new Map<string, Incident>()

  constructor(options: IncidentKeeperOptions) {
    this.#options = options
    // One that was open when the app ended goes on, until the stack is seen to be well.
    const [latest, ...others] = options.store.list(options.ref).filter(({ end }) => end === null)
    this.#current = latest ?? null
    // Two apps with one data folder note the same trouble twice: the older goes on as the newer one.
    for (const other of others) options.store.save({ ...other, end: latest?.begin ?? other.begin })
    if (this.#current !== null) this.#damper = { ...CALM, isOpen: true, worst: this.#current.worst }
  }

  /** Id of the incident that goes on; null: there is none. */
  get openIncident(): string | null {
    return this.#current?.end === null ? this.#current.id : null
  }

  /** Nobody looked for a while. */
  interrupt(): void {
    this.#damper = interrupt(this.#damper)
  }

  look(now: Moment, health: Health): void {
    this.#write()
    const { state, action } = damp(this.#damper, health, now, this.#options.limits)
    this.#damper = state
    if (action !== null) this.#act(action)
    else if (this.#current?.end === null && this.#current.state !== health)
      this.#save({ ...this.#current, state: health })
  }

  #act(action: DamperAction): void {
    if (action.kind === 'close') this.#close(action.since)
    else this.#fail(action)
  }

  #fail(action: Exclude<DamperAction, { kind: 'close' }>): void {
    const failure = this.#options.describe()
    if (action.kind === 'open' || this.#current === null) this.#open(action.since, action.health, failure)
    else this.#goOn(this.#current, action.health, failure)
    void this.#addLogs()
    const kind = action.health === 'down' ? 'down' : 'degraded'
    this.#tell(kind, `${this.#options.name()} is ${kind}${action.kind === 'return' ? ' again' : ''}`, failure.reason)
  }

  #open(since: Moment, health: Health, { service, reason, evidence }: Failure): void {
    this.#save({
      id: randomUUID(),
      ref: this.#options.ref,
      state: health,
      worst: health,
      begin: new Date(since.wallMs).toISOString(),
      end: null,
      service,
      reason,
      evidence: [...evidence],
      logs: [],
    })
  }

  /** It came back, or became worse: what is known now is added to what was known before. */
  #goOn(incident: Incident, health: Health, { service, reason, evidence }: Failure): void {
    const worst = this.#damper.worst ?? health
    const isWorse = worst !== incident.worst
    this.#save({
      ...incident,
      state: health,
      worst,
      end: null,
      ...(isWorse ? { service, reason } : {}),
      evidence: [...incident.evidence, ...evidence].slice(-MAX_EVIDENCE),
    })
  }

  #close(since: Moment): void {
    if (this.#current === null) return
    // After the clock was set back, an end before the begin would be nonsense.
    const end = new Date(Math.max(since.wallMs, Date.parse(this.#current.begin))).toISOString()
    this.#save({ ...this.#current, state: 'healthy', end })
    this.#tell(
      'recovered',
      `${this.#options.name()} has recovered`,
      `It was ${this.#current.worst}: ${this.#current.reason}`,
    )
  }

  async #addLogs(): Promise<void> {
    const id = this.#current?.id
    const logs = await this.#options.readLogs()
    if (this.#current === null || this.#current.id !== id || logs.length === 0) return
    const others = this.#current.logs.filter(({ service }) => !logs.some((log) => log.service === service))
    this.#save({ ...this.#current, logs: [...others, ...logs] })
  }

  #save(incident: Incident): void {
    this.#current = incident
    this.#unsaved.set(incident.id, incident)
    this.#write()
  }

  /** People are told of what cannot be written, too; it is written with the next look that can. */
  #write(): void {
    try {
      for (const [id, incident] of this.#unsaved) {
        this.#options.store.save(incident)
        this.#unsaved.delete(id)
      }
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  #tell(kind: Notice['kind'], title: string, body: string): void {
    this.#options.raise({ kind, ref: this.#options.ref, title, body, incidentId: this.#current?.id ?? null })
  }
}
