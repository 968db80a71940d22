import type { ProbeResult } from '../../shared/contract/stacks.ts'
import type { GateSettings } from '../../shared/runbook/schema.ts'
import { shortDigest } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import { describeExit } from './judge-service.ts'

/** What was seen of a service at one moment of its gate. */
export interface GateSample {
  /** Milliseconds since the gate began, by this computer's monotonic clock. */
  readonly atMs: number
  readonly containers: readonly Container[]
  readonly probes: readonly ProbeResult[]
}

export interface GateRules {
  readonly settings: GateSettings
  /** The image that must run; null: whichever. */
  readonly imageId: string | null
  /** Containers that Compose wants. */
  readonly scale: number
  /** `one-shot` and `pre-pull` end by design. */
  readonly kind: 'service' | 'one-shot' | 'pre-pull'
}

/** What a gate remembers from sample to sample. */
export interface GateState {
  /** Container id → restarts, as first seen. */
  readonly baseline: Readonly<Record<string, number>> | null
  readonly goodSinceMs: number | null
  /** Samples in a row in which the container and its probes agreed that it does not work. */
  readonly badSamples: number
}

export type GateStep =
  | { readonly kind: 'waiting' | 'settling'; readonly state: GateState; readonly message: string }
  | { readonly kind: 'passed' | 'failed' | 'unknown'; readonly reason: string; readonly isTimeout: boolean }

export const GATE_START: GateState = { baseline: null, goodSinceMs: null, badSamples: 0 }

/** One hiccup of a check is no verdict; that the container and all its probes say no twice is one. */
const BAD_SAMPLES = 2

/** Judges one more sample. Pure: the verdict follows from the samples alone. */
export function advanceGate(state: GateState, sample: GateSample, rules: GateRules): GateStep {
  const baseline = state.baseline ?? takeBaseline(sample.containers)
  const failure = findFailure(baseline, sample, rules)
  if (failure !== null) return { kind: 'failed', reason: failure, isTimeout: false }
  const obstacle = findObstacle(sample, rules)
  return obstacle === null
    ? settle({ ...state, baseline, badSamples: 0 }, sample, rules)
    : wait({ ...state, baseline }, sample, rules, obstacle)
}

function takeBaseline(containers: readonly Container[]): Record<string, number> | null {
  if (containers.length === 0) return null
  return Object.fromEntries(containers.map(({ id, restartCount }) => [id, restartCount]))
}

/** What no waiting will mend. */
function findFailure(baseline: GateState['baseline'], { containers }: GateSample, rules: GateRules): string | null {
  const { imageId } = rules
  for (const container of containers) {
    const { id, name, state, restartCount, error } = container
    if (imageId !== null && container.imageId !== imageId) {
      return `${name} runs the image ${shortDigest(container.imageId)} instead of ${shortDigest(imageId)}.`
    }
    const before = baseline?.[id]
    if (before === undefined) return `${name} was replaced by another container while it was watched.`
    const endedWell = rules.kind !== 'service' && state === 'exited' && container.exitCode === 0
    if (!endedWell && (state === 'exited' || state === 'dead')) return describeExit(container)
    if (state === 'restarting') return `It crashed and is being restarted: ${describeExit(container)}`
    if (restartCount > before) return `${name} crashed and was restarted by the engine while it was watched.`
    if (state === 'created' && error !== null) return `${name} could not be started: ${error}.`
  }
  const gone = Object.keys(baseline ?? {}).some((id) => !containers.some((container) => container.id === id))
  return gone ? 'Its container went away while it was watched.' : null
}

interface Obstacle {
  readonly message: string
  /** Nobody could say, as opposed to "no". */
  readonly isUnknown: boolean
  /** The container's own check and every probe say that it does not work. */
  readonly isAgreed: boolean
}

/** What is still missing; null: all is well at this moment. */
function findObstacle({ containers, probes }: GateSample, rules: GateRules): Obstacle | null {
  const missing = (message: string): Obstacle => ({ message, isUnknown: false, isAgreed: false })
  if (rules.kind !== 'service') return findUnfinished(containers, rules)
  if (containers.length < Math.max(1, rules.scale)) {
    return missing(`${containers.length} of ${Math.max(1, rules.scale)} containers are there`)
  }
  const stopped = containers.find(({ state }) => state !== 'running')
  if (stopped !== undefined) return missing(`${stopped.name} is ${stopped.state}`)
  const starting = containers.find(({ health }) => health === 'starting')
  if (starting !== undefined) return missing(`${starting.name} is starting`)
  return findUnhealthy(containers, probes) ?? findOpenProbe(probes)
}

/** Several probes count together: one that passes means that something works. */
function findUnhealthy(containers: readonly Container[], probes: readonly ProbeResult[]): Obstacle | null {
  const unhealthy = containers.find(({ health }) => health === 'unhealthy')
  if (unhealthy === undefined) return null
  const output = unhealthy.healthLog.at(-1)?.output.trim().slice(0, 200) ?? ''
  const message = `${unhealthy.name} fails its health check${output === '' ? '' : `: ${output}`}`
  return { message, isUnknown: false, isAgreed: probes.every(({ health }) => health === 'down') }
}

function findOpenProbe(probes: readonly ProbeResult[]): Obstacle | null {
  const open = probes.filter(({ health }) => health !== 'healthy')
  const first = open.find(({ health }) => health !== 'unknown') ?? open[0]
  if (first === undefined) return null
  return {
    message: `${first.title}: ${first.reason.replace(/\.$/, '')}`,
    isUnknown: first.health === 'unknown',
    isAgreed: false,
  }
}

function findUnfinished(containers: readonly Container[], { kind }: GateRules): Obstacle | null {
  const [container] = containers
  if (container === undefined && kind === 'pre-pull') return null
  if (container?.state === 'exited') return null
  const message = container === undefined ? 'it has no container yet' : `${container.name} is ${container.state}`
  return { message, isUnknown: false, isAgreed: false }
}

function settle(state: GateState, { atMs }: GateSample, { settings, kind }: GateRules): GateStep {
  const settleMs = kind === 'service' ? settings.settleSeconds * 1000 : 0
  const goodSinceMs = state.goodSinceMs ?? atMs
  const goodForMs = atMs - goodSinceMs
  if (goodForMs >= settleMs) {
    const reason =
      kind === 'service' ? `Healthy for ${formatSeconds(goodForMs)}, without a restart.` : 'It ended with exit code 0.'
    return { kind: 'passed', reason, isTimeout: false }
  }
  const message = `healthy for ${formatSeconds(goodForMs)} of ${formatSeconds(settleMs)}`
  return { kind: 'settling', state: { ...state, goodSinceMs }, message }
}

function wait(state: GateState, { atMs }: GateSample, { settings }: GateRules, obstacle: Obstacle): GateStep {
  const badSamples = obstacle.isAgreed ? state.badSamples + 1 : 0
  if (badSamples >= BAD_SAMPLES) return { kind: 'failed', reason: `${obstacle.message}.`, isTimeout: false }
  const limitMs = settings.timeoutSeconds * 1000
  if (atMs < limitMs) {
    const message = `${obstacle.message} (${formatSeconds(atMs)} of ${formatSeconds(limitMs)})`
    return { kind: 'waiting', state: { ...state, goodSinceMs: null, badSamples }, message }
  }
  return {
    kind: obstacle.isUnknown ? 'unknown' : 'failed',
    reason: `Not healthy within ${formatSeconds(limitMs)}: ${obstacle.message}.`,
    isTimeout: true,
  }
}

function formatSeconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`
}
