import type { ProbeResult } from '../../shared/contract/stacks.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'

/** A server that wants to be left alone for longer is asked again all the same: people look at its health. */
const MAX_REST_SECONDS = 300

interface Scheduled {
  probe: Probe
  result: ProbeResult | null
  timer: NodeJS.Timeout | undefined
  isRunning: boolean
  /** Asked for while it ran: runs once more. */
  isWanted: boolean
}

export interface ProbeScheduleOptions {
  /** Asks one question. Rejects only when the signal aborts. */
  readonly ask: (probe: Probe, signal: AbortSignal) => Promise<ProbeResult>
  readonly onResult: () => void
}

/** Asks each probe at its interval, never twice at once, until it is stopped. */
export class ProbeSchedule {
  readonly #options: ProbeScheduleOptions
  readonly #scheduled = new Map<string, Scheduled>()
  readonly #end = new AbortController()
  #waiters: (() => void)[] = []

  constructor(options: ProbeScheduleOptions) {
    this.#options = options
  }

  /** Last results by the probes' ids; absent: not answered yet. */
  get results(): ReadonlyMap<string, ProbeResult> {
    const answered = [...this.#scheduled].flatMap(([id, { result }]) =>
      result === null ? [] : [[id, result] as const],
    )
    return new Map(answered)
  }

  /** From now on these probes. A new one is asked at once; one that is gone is forgotten. */
  update(probes: readonly Probe[]): void {
    const wanted = new Map(probes.map((probe) => [probe.id, probe]))
    for (const [id, scheduled] of this.#scheduled) {
      if (wanted.has(id)) continue
      clearTimeout(scheduled.timer)
      this.#scheduled.delete(id)
    }
    for (const probe of probes) {
      const known = this.#scheduled.get(probe.id)
      if (known !== undefined) known.probe = probe
      else {
        const scheduled = { probe, result: null, timer: undefined, isRunning: false, isWanted: false }
        this.#scheduled.set(probe.id, scheduled)
        void this.#run(scheduled)
      }
    }
    this.#tellWaiters()
  }

  /** Asks all of them now; those that are being asked are asked once more afterwards. */
  askAll(): void {
    for (const scheduled of this.#scheduled.values()) {
      if (scheduled.isRunning) scheduled.isWanted = true
      else void this.#run(scheduled)
    }
  }

  /** Resolves when every present probe has been answered once, or the schedule has been stopped. */
  allAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      this.#tellWaiters()
    })
  }

  stop(): void {
    this.#end.abort()
    for (const { timer } of this.#scheduled.values()) clearTimeout(timer)
    this.#scheduled.clear()
    this.#tellWaiters()
  }

  async #run(scheduled: Scheduled): Promise<void> {
    clearTimeout(scheduled.timer)
    scheduled.isRunning = true
    try {
      do {
        scheduled.isWanted = false
        const result = await this.#options.ask(scheduled.probe, this.#end.signal)
        if (!this.#isPresent(scheduled)) return
        scheduled.result = result
        this.#tellWaiters()
        this.#options.onResult()
      } while (scheduled.isWanted)
    } catch (error) {
      if (!this.#end.signal.aborted) throw error
    } finally {
      scheduled.isRunning = false
    }
    if (this.#isPresent(scheduled)) {
      scheduled.timer = setTimeout(() => void this.#run(scheduled), restSeconds(scheduled) * 1000)
    }
  }

  #isPresent(scheduled: Scheduled): boolean {
    return !this.#end.signal.aborted && this.#scheduled.get(scheduled.probe.id) === scheduled
  }

  #tellWaiters(): void {
    const isOpen = [...this.#scheduled.values()].some(({ result }) => result === null)
    if (isOpen) return
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}

/** Until a probe is asked again: its interval, and longer where the server asked for it. */
function restSeconds({ probe, result }: Scheduled): number {
  return Math.max(probe.intervalSeconds, Math.min(result?.retryAfterSeconds ?? 0, MAX_REST_SECONDS))
}
