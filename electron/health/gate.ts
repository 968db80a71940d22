import type { GateEvidence } from '../../shared/contract/operations.ts'
import { type ErrorShape, isCancellation, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { GateSettings } from '../../shared/runbook/schema.ts'
import { pause } from '../hosts/pause.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { whenConnected } from '../stacks/when-connected.ts'
import { BootLog, bootRulesOf } from './boot-log.ts'
import type { AskData } from './data-question.ts'
import { gateEvidence } from './gate-evidence.ts'
import {
  advanceGate,
  GATE_START,
  type GateMemory,
  type GateRules,
  type GateState,
  type GateStep,
  recallGate,
  rememberGate,
} from './gate-judge.ts'
import { askLast, findOpen } from './gate-last.ts'
import { GateSampler, type TakenSample } from './gate-sample.ts'
import { askSchemas } from './schema-evidence.ts'

/** What a gate found. Anything but `passed` is not passed. */
export interface GateResult {
  readonly verdict: 'passed' | 'failed' | 'unknown'
  /** In a sentence. */
  readonly reason: string
  readonly evidence: readonly GateEvidence[]
  /** Set where the verdict has an error of its own: the time limit, or a lost connection. */
  readonly error: ErrorShape | null
  /** What was seen at last, for a later look; null: nothing was. */
  readonly seen?: GateMemory | null
}

export interface GateOptions {
  readonly signal: AbortSignal
  /** The image that must run; absent: whichever does. */
  readonly imageId?: string
  readonly settings?: GateSettings
  /** `healthy for 4 of 10 s`; masked. */
  readonly onProgress?: (message: string) => void
  /** What a container logs that migrates when it starts; masked. */
  readonly onOutput?: (text: string) => void
  /** Asks a data set's database. Absent: what needs it stays unknown. */
  readonly askData?: AskData
  /** Schema version by data set before the operation, where it is known. */
  readonly schemaBefore?: Readonly<Record<string, string>>
  /** The service returns to an older version: nothing migrates, and the data decides about its schema. */
  readonly isReturn?: boolean
  /** Services whose turn is still to come: whether they are well is no question yet. */
  readonly later?: readonly string[]
  /** Set: the service has passed its gate, where this was seen. Looks whether that holds still, and asks nothing deeper. */
  readonly seen?: GateMemory
}

/** A connection that comes back late still gets this long to show that the service settled. */
const AFTER_RECONNECT_MS = 10_000

/**
 * Waits until a service is healthy and stays so: its container's own check and every probe hold for the settle
 * time, in the same container, without a restart, and so do the containers that it depends on. Then it is asked what
 * cannot be seen from outside: the schema of its data, and the version that it says it runs. A lost connection is
 * waited for, and is no failure. Throws only when `signal` aborts.
 */
export async function runGate(stack: Stack, service: string, options: GateOptions): Promise<GateResult> {
  const mask = createStackMasker(stack)
  const watch = new GateWatch(stack, service, {
    ...options,
    onProgress: (message) => options.onProgress?.(mask(message)),
    onOutput: (text) => options.onOutput?.(mask(text)),
  })
  const { step, error } = await watch.run()
  const evidence = await watch.evidence()
  const { kind, reason, isTimeout } = step
  return {
    verdict: kind,
    reason: mask(reason),
    evidence: evidence.map((one) => ({ ...one, detail: mask(one.detail) })),
    error: error ?? (isTimeout && kind === 'failed' ? timeoutError(stack, service, mask(reason)) : null),
    seen: watch.seen,
  }
}

function rulesFor({ runbook, model }: Stack, service: string, { imageId, settings }: GateOptions): GateRules {
  return {
    settings: settings ?? runbook.gate,
    imageId: imageId ?? null,
    scale: model.services[service]?.scale ?? 1,
    kind: serviceKind(runbook, service),
  }
}

type Ended = Extract<GateStep, { kind: 'passed' | 'failed' | 'unknown' }>

function isEnded(step: GateStep): step is Ended {
  return step.kind === 'passed' || step.kind === 'failed' || step.kind === 'unknown'
}

interface Watched {
  readonly step: Ended
  readonly error: ErrorShape | null
}

/** One gate from its first sample to its verdict. */
class GateWatch {
  readonly #stack: Stack
  readonly #service: string
  readonly #options: GateOptions
  readonly #rules: GateRules
  readonly #startedAt = performance.now()
  readonly #sampler: GateSampler
  readonly #bootLog: BootLog | null
  /** How long a migration at boot may take; null: none is under way. */
  readonly #migrationLimitMs: number | null
  /** When it was last seen to migrate. */
  #migratedAtMs = 0
  /** It migrated still when the gate alone would have had a verdict. */
  #outlastsGate = false
  #limitMs: number
  #state: GateState = GATE_START
  #taken: TakenSample | null = null
  #last: readonly GateEvidence[] | null = null

  constructor(stack: Stack, service: string, options: GateOptions) {
    this.#stack = stack
    this.#service = service
    this.#options = options
    this.#rules = rulesFor(stack, service, options)
    this.#limitMs = this.#rules.settings.timeoutSeconds * 1000
    if (options.seen !== undefined) this.#state = recallGate(options.seen, this.#rules)
    this.#sampler = new GateSampler(stack, service, {
      signal: options.signal,
      askData: options.askData,
      elapsedMs: () => this.#elapsedMs(),
      except: options.later ?? [],
    })
    const boot = options.isReturn || options.seen !== undefined ? null : bootRulesOf(stack, service)
    const say = (text: string) => options.onOutput?.(text)
    this.#bootLog = boot === null ? null : new BootLog(stack.session.engine, boot, say)
    this.#migrationLimitMs = boot === null ? null : boot.timeoutSeconds * 1000
  }

  async run(): Promise<Watched> {
    const { signal } = this.#options
    for (;;) {
      signal.throwIfAborted()
      try {
        const step = await this.#look()
        if (isEnded(step)) return { step, error: this.#migrationError() }
        this.#state = step.state
        this.#say(step.message)
      } catch (error) {
        signal.throwIfAborted()
        if (!isSlipwayError(error) || isCancellation(error)) throw error
        const isBack = await this.#waitForHost(error)
        if (!isBack) return cutOff(error)
      }
      await pause(this.#rules.settings.intervalSeconds * 1000, signal)
    }
  }

  get seen(): GateMemory | null {
    return this.#taken === null ? null : rememberGate(this.#taken.sample)
  }

  /** What was seen at last, one line for each question. */
  async evidence(): Promise<GateEvidence[]> {
    const seen = gateEvidence(this.#service, this.#taken?.sample ?? null, this.#rules)
    return [...seen, ...(this.#bootLog?.evidence() ?? []), ...(this.#last ?? (await this.#askLastQuietly()))]
  }

  async #look(): Promise<GateStep> {
    const { signal } = this.#options
    this.#taken = await this.#sampler.take(this.#limitMs)
    const { sample } = this.#taken
    await this.#bootLog?.read(sample.containers, signal)
    if (this.#bootLog !== null && this.#bootLog.missing !== null) this.#migratedAtMs = sample.atMs
    const failed = this.#bootLog?.verdict.failed ?? null
    if (failed !== null) return { kind: 'failed', reason: `The migration failed: ${failed}`, isTimeout: false }
    const step = advanceGate(this.#state, sample, withLimit(this.#rules, this.#limitMs))
    if (step.kind === 'passed') return this.#lookDeeper(step, this.#taken)
    return isEnded(step) ? this.#allowForMigration(step, this.#taken) : step
  }

  /** What migrates has the time of a migration, and from its end on that of a start. */
  async #allowForMigration(ended: Ended, { present, sample }: TakenSample): Promise<GateStep> {
    if (this.#migrationLimitMs === null) return ended
    const isMigrating = await this.#isMigrating(present)
    if (isMigrating) {
      this.#migratedAtMs = sample.atMs
      this.#outlastsGate = true
    }
    if (!this.#outlastsGate && !ended.isTimeout) return ended
    const startMs = this.#migratedAtMs + this.#rules.settings.timeoutSeconds * 1000
    const limitMs = Math.max(this.#limitMs, isMigrating ? this.#migrationLimitMs : startMs)
    return advanceGate(this.#state, sample, { ...withLimit(this.#rules, limitMs), isMigrating: this.#outlastsGate })
  }

  /** By its log, or else by the schema; where neither says when it is through, nobody knows that there is one. */
  async #isMigrating(present: Stack): Promise<boolean> {
    if (this.#bootLog === null) return false
    if (this.#bootLog.missing !== null) return true
    if (this.#bootLog.verdict.finished !== null) return false
    const { signal, askData, schemaBefore = {} } = this.#options
    const schemas = await askSchemas(present, this.#service, { askData, signal, before: schemaBefore })
    return findOpen(schemas, this.#options) !== null
  }

  /** All is well from outside. What it says of itself is asked again until the time is over, for as long as it may mend. */
  async #lookDeeper(passed: Ended, { present, sample }: TakenSample): Promise<GateStep> {
    if (this.#options.seen !== undefined) return passed
    const missing = this.#bootLog?.missing ?? null
    this.#last = await askLast(present, this.#service, this.#options)
    const open = missing === null ? findOpen(this.#last, this.#options) : { kind: 'failed' as const, reason: missing }
    if (open === null) return passed
    // A schema that is not there yet comes with the migration.
    const limitMs = open.kind === 'failed' ? Math.max(this.#limitMs, this.#migrationLimitMs ?? 0) : this.#limitMs
    if (sample.atMs < limitMs && open.kind !== 'final') {
      const state = { ...this.#state, goodSinceMs: this.#state.goodSinceMs ?? sample.atMs }
      return { kind: 'waiting', state, message: open.reason }
    }
    const kind = open.kind === 'unknown' ? 'unknown' : 'failed'
    return { kind, reason: open.reason, isTimeout: false }
  }

  /** For a verdict that came before its turn: evidence all the same, where it can be had. */
  async #askLastQuietly(): Promise<readonly GateEvidence[]> {
    if (this.#taken === null || this.#options.seen !== undefined) return []
    if (this.#stack.session.host.status.kind !== 'connected') return []
    try {
      return await askLast(this.#taken.present, this.#service, { ...this.#options, isQuiet: true })
    } catch (error) {
      this.#options.signal.throwIfAborted()
      if (!isSlipwayError(error)) throw error
      return []
    }
  }

  /** True when the host is connected (again) before the time is over. */
  async #waitForHost(error: SlipwayError): Promise<boolean> {
    const { session } = this.#stack
    const { signal } = this.#options
    // What happened meanwhile was not seen, so the settle time begins anew.
    this.#state = { ...this.#state, goodSinceMs: null, badSamples: 0 }
    this.#say(`waiting for the connection: ${error.message}`)
    const leftMs = this.#limitMs - this.#elapsedMs()
    // An engine that is restarting is asked again at the usual pace until the time is over.
    if (leftMs <= 0) return false
    if (session.host.status.kind !== 'connected') {
      const patienceMs = Math.max(leftMs, this.#rules.settings.intervalSeconds * 1000)
      const patience = AbortSignal.timeout(Math.ceil(patienceMs))
      const isBack = await whenConnected(session.host, AbortSignal.any([signal, patience]))
      signal.throwIfAborted()
      if (!isBack) return false
    }
    this.#limitMs = Math.max(this.#limitMs, this.#elapsedMs() + AFTER_RECONNECT_MS)
    return true
  }

  #migrationError(): ErrorShape | null {
    const failed = this.#bootLog?.verdict.failed ?? null
    if (failed === null) return null
    const { label } = this.#stack.session.host
    const mask = createStackMasker(this.#stack)
    return toErrorShape(
      new SlipwayError('migration.failed', `The migration of ${this.#service} on ${label} failed: ${mask(failed)}`, {
        hint: 'Its last log lines are kept with this operation.',
      }),
    )
  }

  #say(message: string): void {
    this.#options.onProgress?.(message)
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt
  }
}

function withLimit(rules: GateRules, limitMs: number): GateRules {
  return { ...rules, settings: { ...rules.settings, timeoutSeconds: limitMs / 1000 } }
}

function cutOff(error: SlipwayError): Watched {
  const reason = `Whether it is healthy is not known: ${error.message}`
  return { step: { kind: 'unknown', reason, isTimeout: true }, error: toErrorShape(error) }
}

function timeoutError({ session }: Stack, service: string, reason: string): ErrorShape {
  return toErrorShape(
    new SlipwayError('gate.timeout', `${service} on ${session.host.label} did not become healthy in time: ${reason}`, {
      hint: 'Read its last log lines. If it only needs longer, raise gate.timeoutSeconds in the runbook, or migrations.timeoutSeconds where it migrates.',
    }),
  )
}
