import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { ProbeResult } from '../../shared/contract/stacks.ts'
import { type ErrorShape, isCancellation, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { GateSettings } from '../../shared/runbook/schema.ts'
import type { Container } from '../docker/engine.ts'
import { isOneOff, LABELS } from '../stacks/discovery.ts'
import { readContainers } from '../stacks/read-containers.ts'
import type { Stack } from '../stacks/stack.ts'
import { whenConnected } from '../stacks/when-connected.ts'
import { gateEvidence } from './gate-evidence.ts'
import { advanceGate, GATE_START, type GateRules, type GateSample, type GateStep } from './gate-judge.ts'
import { createStackMasker } from './probe-target.ts'
import { probesOf, runProbe } from './run-probe.ts'

/** What a gate found. Anything but `passed` is not passed. */
export interface GateResult {
  readonly verdict: 'passed' | 'failed' | 'unknown'
  /** In a sentence. */
  readonly reason: string
  readonly evidence: readonly GateEvidence[]
  /** Set where the verdict has an error of its own: the time limit, or a lost connection. */
  readonly error: ErrorShape | null
}

export interface GateOptions {
  readonly signal: AbortSignal
  /** The image that must run; absent: whichever does. */
  readonly imageId?: string
  readonly settings?: GateSettings
  /** `healthy for 4 of 10 s`; masked. */
  readonly onProgress?: (message: string) => void
}

/** A connection that comes back late still gets this long to show that the service settled. */
const AFTER_RECONNECT_MS = 10_000

/**
 * Waits until a service is healthy and stays so: its container's own check and every probe hold for the settle
 * time, in the same container, without a restart. A lost connection is waited for, and is no failure. Throws only
 * when `signal` aborts.
 */
export async function runGate(stack: Stack, service: string, options: GateOptions): Promise<GateResult> {
  const mask = createStackMasker(stack)
  const rules = rulesFor(stack, service, options)
  const watched = await watch(stack, service, rules, options, (message) => options.onProgress?.(mask(message)))
  const { kind, reason, isTimeout } = watched.step
  const evidence = gateEvidence(service, watched.sample, rules)
  return {
    verdict: kind,
    reason: mask(reason),
    evidence: evidence.map((one) => ({ ...one, detail: mask(one.detail) })),
    error: watched.error ?? (isTimeout && kind === 'failed' ? timeoutError(stack, service, mask(reason)) : null),
  }
}

function rulesFor({ runbook, model }: Stack, service: string, { imageId, settings }: GateOptions): GateRules {
  return {
    settings: settings ?? runbook.gate,
    imageId: imageId ?? null,
    scale: model.services[service]?.scale ?? 1,
    kind: runbook.services.find(({ name }) => name === service)?.kind ?? 'service',
  }
}

type Ended = Extract<GateStep, { kind: 'passed' | 'failed' | 'unknown' }>

function isEnded(step: GateStep): step is Ended {
  return step.kind === 'passed' || step.kind === 'failed' || step.kind === 'unknown'
}

interface Watched {
  readonly step: Ended
  readonly sample: GateSample | null
  readonly error: ErrorShape | null
}

async function watch(
  stack: Stack,
  service: string,
  rules: GateRules,
  { signal }: GateOptions,
  say: (message: string) => void,
): Promise<Watched> {
  const startedAt = performance.now()
  let limitMs = rules.settings.timeoutSeconds * 1000
  let state = GATE_START
  let last: GateSample | null = null
  for (;;) {
    signal.throwIfAborted()
    const elapsedMs = () => performance.now() - startedAt
    try {
      last = await takeSample(stack, service, elapsedMs, signal)
      const step = advanceGate(state, last, withLimit(rules, limitMs))
      if (isEnded(step)) return { step, sample: last, error: null }
      state = step.state
      say(step.message)
    } catch (error) {
      signal.throwIfAborted()
      if (!isSlipwayError(error) || isCancellation(error)) throw error
      // What happened meanwhile was not seen, so the settle time begins anew.
      state = { ...state, goodSinceMs: null, badSamples: 0 }
      say(`waiting for the connection: ${error.message}`)
      const isBack = await waitForHost(stack, limitMs - elapsedMs(), rules, signal)
      if (!isBack) return cutOff(error, last)
      limitMs = Math.max(limitMs, elapsedMs() + AFTER_RECONNECT_MS)
    }
    await pause(rules.settings.intervalSeconds * 1000, signal)
  }
}

function withLimit(rules: GateRules, limitMs: number): GateRules {
  return { ...rules, settings: { ...rules.settings, timeoutSeconds: limitMs / 1000 } }
}

function cutOff(error: SlipwayError, sample: GateSample | null): Watched {
  const reason = `Whether it is healthy is not known: ${error.message}`
  return { step: { kind: 'unknown', reason, isTimeout: true }, sample, error: toErrorShape(error) }
}

/** True when the host is connected (again) before the time is over. */
async function waitForHost(
  { session }: Stack,
  leftMs: number,
  rules: GateRules,
  signal: AbortSignal,
): Promise<boolean> {
  // An engine that is restarting is asked again at the usual pace until the time is over.
  if (leftMs <= 0) return false
  if (session.host.status.kind === 'connected') return true
  const patience = AbortSignal.timeout(Math.ceil(Math.max(leftMs, rules.settings.intervalSeconds * 1000)))
  const isBack = await whenConnected(session.host, AbortSignal.any([signal, patience]))
  signal.throwIfAborted()
  return isBack
}

async function takeSample(
  stack: Stack,
  service: string,
  elapsedMs: () => number,
  signal: AbortSignal,
): Promise<GateSample> {
  const containers = await readService(stack, service, signal)
  const present = { ...stack, containers: { ...stack.containers, [service]: containers } }
  const isRunning = containers.some(({ state }) => state === 'running')
  const probes = isRunning ? probesOf(present, service) : []
  const results: ProbeResult[] = await Promise.all(probes.map((probe) => runProbe(present, probe, signal)))
  // Judged by when it was complete: an answer that took four seconds is no older than its last byte.
  return { atMs: elapsedMs(), containers, probes: results }
}

async function readService(stack: Stack, service: string, signal: AbortSignal): Promise<readonly Container[]> {
  const labels = [`${LABELS.project}=${stack.ref.project}`, `${LABELS.service}=${service}`]
  const rows = await stack.session.engine.listContainers({ labels, all: true }, { signal })
  const { containers } = await readContainers(
    stack.session.engine,
    rows.filter((row) => !isOneOff(row.labels)),
    signal,
  )
  return containers[service] ?? []
}

function timeoutError({ session }: Stack, service: string, reason: string): ErrorShape {
  return toErrorShape(
    new SlipwayError('gate.timeout', `${service} on ${session.host.label} did not become healthy in time: ${reason}`, {
      hint: 'Read its last log lines. If it only needs longer, raise gate.timeoutSeconds in the runbook.',
    }),
  )
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
  })
}
