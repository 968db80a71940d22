import type { HostStatus } from '../../../shared/contract/hosts.ts'
import { count } from '../../../shared/count.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import { type Moment, timeBetween } from './clock.ts'

/** A host that restarts, or a network that is changed, is back sooner. */
const UNREACHED_MS = 2 * 60_000

/** One host whose stacks are watched, or beside which another one is judged. */
export interface ReachedHost {
  readonly id: string
  readonly label: string
  readonly status: HostStatus
  /** Somebody wants to know of its stacks. */
  readonly isWatched: boolean
  /** Whether it answers now; never rejects. */
  readonly answers: () => Promise<boolean>
}

export interface HostReachOptions {
  readonly intervalMs: number
  /** Whether this computer has a network, where no other host shows it. */
  readonly hasNetwork: () => Promise<boolean>
  readonly raise: (notice: RaisedNotice) => void
  readonly reportBug: (error: unknown) => void
}

interface Loss {
  readonly since: Moment
  readonly reason: string
  readonly isTold: boolean
}

/**
 * Tells when a host cannot be reached for a while, and when it is again. What this computer is the cause of is no news:
 * while it sleeps or has no network, and where all hosts are lost at once, nothing is told.
 */
export class HostReach {
  readonly #options: HostReachOptions
  readonly #losses = new Map<string, Loss>()
  #hosts: readonly ReachedHost[] = []
  #last: Moment | null = null
  #isProving = false

  constructor(options: HostReachOptions) {
    this.#options = options
  }

  /** How many hosts are told to be lost. */
  get lost(): number {
    return [...this.#losses.values()].filter(({ isTold }) => isTold).length
  }

  /** One look at all hosts but this computer itself. */
  look(now: Moment, hosts: readonly ReachedHost[]): void {
    const hasSlept = this.#last !== null && timeBetween(this.#last, now, this.#options.intervalMs) !== 'continuous'
    this.#last = now
    this.#hosts = hosts
    for (const id of this.#losses.keys()) if (!hosts.some((host) => host.id === id)) this.#losses.delete(id)
    for (const host of hosts) this.#follow(host, now, hasSlept)
    if (hosts.some((host) => this.#isDue(host, now))) void this.#prove(now)
  }

  #follow(host: ReachedHost, now: Moment, hasSlept: boolean): void {
    const { id, status } = host
    const loss = this.#losses.get(id)
    if (status.kind === 'connected' && loss?.isTold) this.#tellBack(host, loss, now)
    if (!isLost(host) || !host.isWatched) return void this.#losses.delete(id)
    const since = loss === undefined || (hasSlept && !loss.isTold) ? now : loss.since
    this.#losses.set(id, { since, reason: reasonOf(status) ?? loss?.reason ?? '', isTold: loss?.isTold ?? false })
  }

  #isDue({ id }: ReachedHost, now: Moment): boolean {
    const loss = this.#losses.get(id)
    return loss !== undefined && !loss.isTold && now.monotonicMs - loss.since.monotonicMs >= UNREACHED_MS
  }

  async #prove(now: Moment): Promise<void> {
    if (this.#isProving) return
    this.#isProving = true
    try {
      const proof = await this.#proof()
      if (proof === null) return
      // What was lost may have come back, or have been removed, while the others were asked.
      for (const host of this.#hosts) if (this.#isDue(host, now)) this.#tellLost(host, proof)
    } catch (error) {
      this.#options.reportBug(error)
    } finally {
      this.#isProving = false
    }
  }

  /** That it is not this computer that has lost its network, in words; null where that is not known. */
  async #proof(): Promise<string | null> {
    const others = this.#hosts.filter(({ status }) => status.kind === 'connected')
    const answers = await Promise.all(others.map((host) => host.answers()))
    if (answers.includes(true)) return 'Other hosts answer.'
    const meant = this.#hosts.filter((host) => host.status.kind === 'connected' || isLost(host))
    if (meant.length > 1 || !(await this.#options.hasNetwork())) return null
    return 'This computer has a network; no other host is connected that would show whether it works.'
  }

  #tellLost(host: ReachedHost, proof: string): void {
    const loss = this.#losses.get(host.id)
    if (loss === undefined) return
    const what = host.status.kind === 'failed' ? 'cannot be connected to' : 'cannot be reached'
    const since = new Date(loss.since.wallMs).toLocaleTimeString(undefined, CLOCK_FORMAT)
    const body = `${loss.reason} ${proof} How its stacks are is not known.`.trim()
    this.#tell('host-lost', host, `${host.label} ${what} since ${since}`, body)
    // Only now: where the telling fails, it is told with the next look.
    this.#losses.set(host.id, { ...loss, isTold: true })
  }

  #tellBack(host: ReachedHost, { since }: Loss, now: Moment): void {
    const minutes = count(Math.max(1, Math.round((now.wallMs - since.wallMs) / 60_000)), 'minute')
    const body = `After about ${minutes}. How its stacks were meanwhile is not known; it counts as neither up nor down.`
    this.#tell('host-back', host, `${host.label} is reached again`, body)
  }

  #tell(kind: 'host-lost' | 'host-back', { id }: ReachedHost, title: string, body: string): void {
    this.#options.raise({ kind, ref: { hostId: id, project: null }, title, body, incidentId: null })
  }
}

const CLOCK_FORMAT = { hour: '2-digit', minute: '2-digit', hour12: false } as const

/** Not one that a person has disconnected, nor one that waits for an answer. */
function isLost({ status: { kind } }: ReachedHost): boolean {
  return kind === 'waiting' || kind === 'failed' || kind === 'connecting'
}

function reasonOf(status: HostStatus): string | null {
  return status.kind === 'waiting' || status.kind === 'failed' ? status.error.message : null
}
