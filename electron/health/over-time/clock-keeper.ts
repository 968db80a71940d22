import { z } from 'zod'
import { count } from '../../../shared/count.ts'
import type { RaisedNotice } from '../../notices/notices.ts'
import type { SettingsStore } from '../../storage/settings.ts'
import { type Clock, type Moment, readClock, timeBetween } from './clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const SETTING = 'clock'

/** The wall clock is put right by less than this in the usual course of things. */
const SMALL_STEP_MS = MINUTE_MS
/** Further ahead than this of what was noted last the clock may be wrong, or nobody looked for long. */
const FAR_AHEAD_MS = DAY_MS
/** Before a clock that is behind sets the time of anything kept: a computer asks for the time soon after it starts. */
const STEADY_BEHIND_MS = 10 * MINUTE_MS
/** Before one that is far ahead decides what is too old to be kept. Whoever was away for weeks loses nothing by it. */
const STEADY_AHEAD_MS = DAY_MS
/** After a jump ahead a doubt is not over before this, however long the clock was steady: soon after it, it is put right. */
const STEADY_SINCE_JUMP_MS = 10 * MINUTE_MS
/** A doubt that is over sooner is nobody's business. */
const TOLD_AFTER_MS = MINUTE_MS
/** While the clock is ahead other computers are asked so often whether it is right: not all of them are connected at once. */
const ASKED_EVERY_MS = 10 * MINUTE_MS
/** After a week the first figures grow too old to be kept. */
const TOLD_AHEAD_MS = 7 * DAY_MS

const stateSchema = z.object({
  /** The latest time that was believed. */
  trustedMs: z.number(),
  /** Null: the clock is believed. */
  doubt: z
    .object({
      kind: z.enum(['ahead', 'behind']),
      /** What the clock said last … */
      lastMs: z.number(),
      /** … and how long it has gone on without a step that raises the doubt anew, while the app ran. */
      steadyMs: z.number(),
      /** How far it went at once when it was doubted, or ahead again since … */
      jumpMs: z.number().default(0),
      /** … and how long it has gone on from there, while the app ran. */
      sinceJumpMs: z.number().default(0),
    })
    .nullable(),
})
export type ClockState = z.infer<typeof stateSchema>

type Doubt = NonNullable<ClockState['doubt']>

/** What is to be made of the wall clock at `now`. Pure; `before` is the look before in this run. */
export function judgeClock(state: ClockState, before: Moment | null, now: Moment): ClockState {
  const aheadMs = now.wallMs - state.trustedMs
  const believed = { trustedMs: now.wallMs, doubt: null }
  if (aheadMs >= -SMALL_STEP_MS && aheadMs <= FAR_AHEAD_MS) return believed
  const doubt = doubtAnew(state, aheadMs > 0 ? 'ahead' : 'behind', before, now)
  return isOver(doubt) ? believed : { trustedMs: state.trustedMs, doubt }
}

/**
 * An absence and a clock that is set forward look alike. So while it is ahead only a step back takes away how long it
 * was steady: whoever opens the app now and then would be in doubt for ever.
 */
function doubtAnew(state: ClockState, kind: Doubt['kind'], before: Moment | null, now: Moment): Doubt {
  const doubt = state.doubt?.kind === kind ? state.doubt : null
  const stepMs = now.wallMs - (doubt?.lastMs ?? state.trustedMs)
  const lastMs = now.wallMs
  if (doubt === null || stepMs < -SMALL_STEP_MS || stepMs > FAR_AHEAD_MS) {
    const steadyMs = kind === 'ahead' && stepMs > 0 ? (doubt?.steadyMs ?? 0) : 0
    return { kind, lastMs, steadyMs, jumpMs: stepMs, sinceJumpMs: 0 }
  }
  const ranMs = before === null ? 0 : Math.max(0, now.monotonicMs - before.monotonicMs)
  return { ...doubt, lastMs, steadyMs: doubt.steadyMs + ranMs, sinceJumpMs: doubt.sinceJumpMs + ranMs }
}

function isOver({ kind, steadyMs, sinceJumpMs }: Doubt): boolean {
  if (kind === 'behind') return steadyMs >= STEADY_BEHIND_MS
  return steadyMs >= STEADY_AHEAD_MS && sinceJumpMs >= STEADY_SINCE_JUMP_MS
}

export interface ClockKeeperOptions {
  readonly clock: Clock
  /** How often somebody looks. */
  readonly intervalMs: number
  readonly settings: SettingsStore
  /** The latest time that anything was noted for; null where nothing was. */
  readonly newestMs: () => number | null
  readonly raise: (notice: RaisedNotice) => void
  /** Whether other computers say that it is the same time; false where none could be asked. Never rejects. */
  readonly isConfirmed: () => Promise<boolean>
  /** Writes what is not written yet: it bears times that were believed. */
  readonly save: () => void
  /** Drops what was noted since and is not written yet: the clock was behind, and is right again. */
  readonly discard: (nowMs: number) => void
  /** Drops what was noted for these times: the clock had jumped to them, and jumped back. */
  readonly unsay: (fromMs: number, toMs: number) => void
}

/**
 * Reads this computer's clocks, and doubts the wall clock where it jumps. Nothing that was noted is dropped because a
 * clock says so that may be wrong: not what lies after it, and nothing for its age.
 */
export class ClockKeeper {
  readonly #options: ClockKeeperOptions
  #state: ClockState
  #last: Moment | null = null
  /** The wall clock went forward, or the computer slept: to where, and how the clocks stood to each other before. */
  #jump: { readonly toMs: number; readonly offsetMs: number } | null = null

  constructor(options: ClockKeeperOptions) {
    const { clock, settings, newestMs } = options
    this.#options = options
    this.#state = settings.get(SETTING, stateSchema) ?? { trustedMs: newestMs() ?? clock.wallMs(), doubt: null }
  }

  /** Whether what is noted now may be written: it may replace what was noted for the same time. */
  get mayStore(): boolean {
    return this.#state.doubt?.kind !== 'behind'
  }

  /** Whether anything may be dropped for its age. */
  get mayForget(): boolean {
    return this.#state.doubt === null
  }

  /** To be called before anything is noted. */
  look(): Moment {
    const now = readClock(this.#options.clock)
    const before = this.#last
    this.#last = now
    if (before !== null) this.#follow(before, now)
    this.#turn(judgeClock(this.#state, before, now), now)
    return now
  }

  save(): void {
    this.#options.settings.set(SETTING, this.#state)
  }

  /** A jump that is undone was false: what was noted since then bears times that never were. */
  #follow(before: Moment, now: Moment): void {
    const between = timeBetween(before, now, this.#options.intervalMs)
    const offsetMs = now.wallMs - now.monotonicMs
    const offsetBeforeMs = before.wallMs - before.monotonicMs
    if (between === 'gap' && offsetMs - offsetBeforeMs > SMALL_STEP_MS) {
      this.#jump = { toMs: now.wallMs, offsetMs: offsetBeforeMs }
    }
    if (between !== 'back') return
    const jump = this.#jump
    this.#jump = null
    if (jump === null || Math.abs(offsetMs - jump.offsetMs) > SMALL_STEP_MS) return
    this.#options.save()
    this.#options.unsay(jump.toMs, before.wallMs)
    this.#state = { trustedMs: now.wallMs, doubt: null }
  }

  #turn(state: ClockState, now: Moment): void {
    const { trustedMs, doubt } = this.#state
    const [wasBehind, isBehind] = [doubt?.kind === 'behind', state.doubt?.kind === 'behind']
    if (isBehind && !wasBehind) this.#options.save()
    this.#state = state
    // Not proved by its steadiness, but put right: it was wrong meanwhile.
    if (wasBehind && !isBehind && now.wallMs >= trustedMs - SMALL_STEP_MS) this.#options.discard(now.wallMs)
    this.#tell(doubt, state)
  }

  #tell(before: ClockState['doubt'], { trustedMs, doubt }: ClockState): void {
    if (doubt === null) return
    const beforeMs = before?.kind === doubt.kind ? before.sinceJumpMs : 0
    const isNews = beforeMs < TOLD_AFTER_MS && doubt.sinceJumpMs >= TOLD_AFTER_MS
    if (doubt.kind === 'ahead') {
      const isAskedAgain = Math.floor(beforeMs / ASKED_EVERY_MS) < Math.floor(doubt.sinceJumpMs / ASKED_EVERY_MS)
      if (isNews || isAskedAgain) void this.#askOthers(isNews && doubt.jumpMs >= TOLD_AHEAD_MS)
    } else if (isNews) {
      const title = `This computer's clock went back by ${describeSpan(trustedMs - doubt.lastMs)}`
      this.#options.raise({ ...ABOUT, title, body: BEHIND })
    }
  }

  /** Whoever was away for weeks has a clock that is right all the same, and need not be told of it. */
  async #askOthers(isTold: boolean): Promise<void> {
    const isConfirmed = await this.#options.isConfirmed()
    const { doubt } = this.#state
    // It may have gone on to something else meanwhile.
    if (doubt?.kind !== 'ahead' || doubt.sinceJumpMs < TOLD_AFTER_MS) return
    if (isConfirmed) this.#state = { trustedMs: doubt.lastMs, doubt: null }
    else if (isTold) {
      const title = `This computer's clock is ${describeSpan(doubt.jumpMs)} further than when health was noted last`
      this.#options.raise({ ...ABOUT, title, body: AHEAD })
    }
  }
}

const ABOUT = { kind: 'clock', ref: { hostId: null, project: null }, incidentId: null } as const
const BEHIND =
  'What was noted for later times is kept, until those times are observed again. What is seen now is kept once the clock has been steady for ten minutes. Check the date and time of this computer.'
const AHEAD =
  'Nothing is dropped for its age until the hosts say the same time, or the clock has been steady for a day. If you were not away for that long, check the date and time of this computer.'

function describeSpan(ms: number): string {
  if (ms >= 1.5 * DAY_MS) return `about ${count(Math.round(ms / DAY_MS), 'day')}`
  if (ms >= 1.5 * HOUR_MS) return `about ${count(Math.round(ms / HOUR_MS), 'hour')}`
  return `about ${count(Math.max(1, Math.round(ms / MINUTE_MS)), 'minute')}`
}
