import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { Semaphore } from '../hosts/semaphore.ts'
import type { AskedProbe } from './probe-result.ts'

/** So many failures are looked at closely: they decide about an incident. */
const FAILURES_AT_FULL_PACE = 3
/** What fails while nobody looks is asked less often, so that the host is not burdened with it; but not less than this. */
const MAX_BACKOFF_SECONDS = 60
/** What is not well is asked again this soon, however seldom it is asked otherwise: what it said may be over. */
const RECHECK_SECONDS = 15
/** What is news, sooner: one answer that was lost must not count until an incident is made of it. */
const NEWS_RECHECK_SECONDS = 4
/** A server that wants to be left alone for longer is asked again all the same: people look at its health. */
const MAX_REST_SECONDS = 300

interface Scheduled {
  probe: Probe
  result: AskedProbe | null
  timer: NodeJS.Timeout | undefined
  isRunning: boolean
  /** Asked for while it ran: runs once more. */
  isWanted: boolean
  /** Failures in a row, … */
  failures: number
  /** … how many of them, from the last one back, were of the same kind, … */
  alike: number
  /** … and whether the last one may be an answer that was lost: the first, or of another kind than all that went before. */
  isNews: boolean
  /** How many times it was asked … */
  asked: number
  /** … which of these times was answered last … */
  answered: number
  /** … and up to which of them what it answers counts no more. */
  forgotten: number
}

export interface ProbeScheduleOptions {
  /** Asks one question. Rejects when the signal aborts; where it does otherwise, that is a bug and no answer. */
  readonly ask: (probe: Probe, signal: AbortSignal) => Promise<AskedProbe>
  readonly onResult: () => void
  readonly reportBug: (error: unknown) => void
  /** False while nothing can be asked; a probe whose turn comes then waits for the next one. Absent: always. */
  readonly canAsk?: () => boolean
  /** Whether somebody looks. If not, one probe is asked at a time, and one that fails less and less often. Absent: yes. */
  readonly isWatched?: () => boolean
}

/** Asks each probe at its interval, never twice at once, until it is stopped. */
export class ProbeSchedule {
  readonly #options: ProbeScheduleOptions
  readonly #scheduled = new Map<string, Scheduled>()
  readonly #end = new AbortController()
  readonly #turns = new Semaphore(1)
  #waiters: (() => void)[] = []
  #rests: (() => void)[] = []

  constructor(options: ProbeScheduleOptions) {
    this.#options = options
  }

  /** Last results by the probes' ids; absent: not answered yet. */
  get results(): ReadonlyMap<string, AskedProbe> {
    const answered = [...this.#scheduled].flatMap(([id, { result }]) =>
      result === null ? [] : [[id, result] as const],
    )
    return new Map(answered)
  }

  /** From now on these probes. A new one is asked at once, and one that asks otherwise; one that is gone is forgotten. */
  update(probes: readonly Probe[]): void {
    const wanted = new Map(probes.map((probe) => [probe.id, probe]))
    for (const [id, scheduled] of this.#scheduled) {
      if (wanted.has(id)) continue
      clearTimeout(scheduled.timer)
      this.#scheduled.delete(id)
    }
    for (const probe of probes) {
      const known = this.#scheduled.get(probe.id)
      if (known !== undefined && JSON.stringify(known.probe) === JSON.stringify(probe)) continue
      const scheduled = known ?? schedule(probe)
      this.#scheduled.set(probe.id, scheduled)
      // What the question was before says nothing of what it is now.
      scheduled.probe = probe
      scheduled.failures = 0
      forget(scheduled, scheduled.asked)
      this.#askSoon(scheduled)
    }
    this.#tellWaiters()
    this.#wake()
  }

  /** Asks all of them now, or those that are wanted; those that are being asked are asked once more afterwards. */
  askAll(isWanted: (probe: Probe) => boolean = () => true): void {
    for (const scheduled of this.#scheduled.values()) {
      if (isWanted(scheduled.probe)) this.#askSoon(scheduled)
    }
  }

  /** What was answered so far counts no more, and what is being asked is asked once more. */
  forgetAnswers(): void {
    for (const scheduled of this.#scheduled.values()) {
      forget(scheduled, scheduled.asked)
      if (scheduled.isRunning) scheduled.isWanted = true
    }
  }

  /** Resolves when every present probe has been asked and answered once, or could not be asked, or the schedule has been stopped. */
  allAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      this.#tellWaiters()
    })
  }

  /**
   * Asks all of them anew. Resolves when each of them has answered a question that was put after this call, when nothing
   * can be asked any more, or after so long: what is not answered by then counts as not answered at all.
   */
  async askAnew(withinMs: number): Promise<void> {
    const awaited = [...this.#scheduled.values()].map((scheduled) => ({ scheduled, before: scheduled.asked }))
    const open = () =>
      awaited.filter(({ scheduled, before }) => this.#isPresent(scheduled) && scheduled.answered <= before)
    const deadline = new AbortController()
    const timer = setTimeout(() => {
      deadline.abort()
      this.#wake()
    }, withinMs)
    this.askAll()
    while (open().length > 0 && this.#canAsk && !deadline.signal.aborted) {
      await new Promise<void>((resolve) => this.#rests.push(resolve))
    }
    clearTimeout(timer)
    if (!deadline.signal.aborted) return
    for (const { scheduled, before } of open()) forget(scheduled, before)
    this.#tellResult()
  }

  stop(): void {
    this.#end.abort()
    for (const { timer } of this.#scheduled.values()) clearTimeout(timer)
    this.#scheduled.clear()
    this.#tellWaiters()
    this.#wake()
  }

  #askSoon(scheduled: Scheduled): void {
    if (scheduled.isRunning) scheduled.isWanted = true
    else void this.#run(scheduled)
  }

  async #run(scheduled: Scheduled): Promise<void> {
    clearTimeout(scheduled.timer)
    scheduled.isRunning = true
    do {
      scheduled.isWanted = false
      if (!this.#canAsk) break
      const result = await this.#ask(scheduled).catch((error: unknown) => this.#report(error))
      if (this.#isPresent(scheduled)) this.#take(scheduled, result)
    } while (scheduled.isWanted && this.#isPresent(scheduled))
    scheduled.isRunning = false
    this.#wake()
    if (this.#isPresent(scheduled)) {
      scheduled.timer = setTimeout(() => void this.#run(scheduled), this.#restSeconds(scheduled) * 1000)
    }
  }

  /** Null: it could not be asked, so that nothing is known, not what it answered before either. */
  #take(scheduled: Scheduled, result: AskedProbe | null): void {
    scheduled.answered = scheduled.asked
    if (scheduled.asked <= scheduled.forgotten) return
    const isAlike = result?.health === scheduled.result?.health
    scheduled.result = result
    scheduled.failures = result?.health === 'healthy' ? 0 : scheduled.failures + 1
    // Kinds that take turns are no news.
    scheduled.isNews = scheduled.failures === 1 || (!isAlike && scheduled.alike > 1)
    scheduled.alike = isAlike ? scheduled.alike + 1 : 1
    this.#tellWaiters()
    this.#wake()
    this.#tellResult()
  }

  /** Whoever listens must not end the asking. */
  #tellResult(): void {
    try {
      this.#options.onResult()
    } catch (error) {
      this.#options.reportBug(error)
    }
  }

  #report(error: unknown): null {
    if (!this.#end.signal.aborted) this.#options.reportBug(error)
    return null
  }

  get #canAsk(): boolean {
    return this.#options.canAsk?.() ?? true
  }

  get #isWatched(): boolean {
    return this.#options.isWatched?.() ?? true
  }

  /** Null: it was forgotten before its turn came. */
  async #ask(scheduled: Scheduled): Promise<AskedProbe | null> {
    const { signal } = this.#end
    const put = () => {
      scheduled.asked += 1
      return this.#options.ask(scheduled.probe, signal)
    }
    if (this.#isWatched) return put()
    const release = await this.#turns.acquire(signal)
    try {
      return this.#isPresent(scheduled) ? await put() : null
    } finally {
      release()
    }
  }

  #restSeconds(scheduled: Scheduled): number {
    const rest = restSeconds(scheduled)
    const factor =
      this.#isWatched || scheduled.isNews ? 1 : 2 ** Math.max(0, scheduled.failures - FAILURES_AT_FULL_PACE)
    return Math.max(rest, Math.min(rest * factor, MAX_BACKOFF_SECONDS))
  }

  #isPresent(scheduled: Scheduled): boolean {
    return !this.#end.signal.aborted && this.#scheduled.get(scheduled.probe.id) === scheduled
  }

  #tellWaiters(): void {
    const isOpen = [...this.#scheduled.values()].some(({ answered }) => answered === 0)
    if (isOpen) return
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }

  /** Lets those look again who wait for answers. */
  #wake(): void {
    for (const rest of this.#rests.splice(0)) rest()
  }
}

/** Its last answer counts no more, nor what it will answer to the first so many questions. */
function forget(scheduled: Scheduled, questions: number): void {
  scheduled.result = null
  scheduled.forgotten = questions
}

/** One that was never asked. */
function schedule(probe: Probe): Scheduled {
  const counts = { failures: 0, alike: 0, isNews: false, asked: 0, answered: 0, forgotten: 0 }
  return { probe, result: null, timer: undefined, isRunning: false, isWanted: false, ...counts }
}

/** Until a probe is asked again: its interval, less where it is not well, and longer where the server asked for it. */
function restSeconds({ probe, result, isNews }: Scheduled): number {
  const recheck = isNews ? NEWS_RECHECK_SECONDS : RECHECK_SECONDS
  const interval = result?.health === 'healthy' ? probe.intervalSeconds : Math.min(probe.intervalSeconds, recheck)
  return Math.max(interval, Math.min(result?.retryAfterSeconds ?? 0, MAX_REST_SECONDS))
}
