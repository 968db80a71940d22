import type { ProbeResult } from '../../shared/contract/stacks.ts'
import type { GateSettings } from '../../shared/runbook/schema.ts'
import { shortDigest } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import { describeExit } from './judge-service.ts'

/** A service that the gated one cannot do without, such as its database. */
export interface SeenDependency {
  readonly service: string
  /** It ends by design. */
  readonly isJob: boolean
  /** False: it may be absent. */
  readonly isRequired: boolean
  readonly containers: readonly Container[]
}

/** What was seen of a service at one moment of its gate. */
export interface GateSample {
  /** Milliseconds since the gate began, by this computer's monotonic clock. */
  readonly atMs: number
  readonly containers: readonly Container[]
  readonly probes: readonly ProbeResult[]
  /** Probes that may be degraded: a certificate that runs out soon is no reason to go back. */
  readonly mayBeDegraded: readonly string[]
  readonly dependencies: readonly SeenDependency[]
}

export interface GateRules {
  readonly settings: GateSettings
  /** The image that must run; null: whichever. */
  readonly imageId: string | null
  /** Containers that Compose wants. */
  readonly scale: number
  /** `one-shot` and `pre-pull` end by design. */
  readonly kind: 'service' | 'one-shot' | 'pre-pull'
  /** It migrates still, and need not answer anybody meanwhile: only its end is a verdict. */
  readonly isMigrating?: boolean
}

/** What a gate remembers from sample to sample. */
export interface GateState {
  /** Container id → restarts, as first seen. */
  readonly baseline: Readonly<Record<string, number>> | null
  /** The same of the services it depends on, since health has held. */
  readonly dependencies: Readonly<Record<string, number>>
  readonly goodSinceMs: number | null
  /** Samples in a row in which the container and its probes agreed that it does not work. */
  readonly badSamples: number
}

/** What a gate saw at last. A later look tells from it what was restarted or replaced meanwhile. Plain data: it is journaled. */
export interface GateMemory {
  /** Container id → restarts. */
  readonly containers: Readonly<Record<string, number>>
  /** The same of what it depends on. */
  readonly dependencies: Readonly<Record<string, number>>
}

export type GateStep =
  | { readonly kind: 'waiting' | 'settling'; readonly state: GateState; readonly message: string }
  | { readonly kind: 'passed' | 'failed' | 'unknown'; readonly reason: string; readonly isTimeout: boolean }

export const GATE_START: GateState = { baseline: null, dependencies: {}, goodSinceMs: null, badSamples: 0 }

export function rememberGate({ containers, dependencies }: GateSample): GateMemory {
  return {
    containers: countRestarts(containers),
    dependencies: countRestarts(dependencies.flatMap((dependency) => dependency.containers)),
  }
}

/** The gate goes on where it ended: settled, as long as nothing differs. */
export function recallGate({ containers, dependencies }: GateMemory, { settings }: GateRules): GateState {
  const baseline = Object.keys(containers).length === 0 ? null : containers
  return { baseline, dependencies, goodSinceMs: -settings.settleSeconds * 1000, badSamples: 0 }
}

/** One hiccup of a check is no verdict; that the container and all its probes say no twice is one. */
const BAD_SAMPLES = 2

/** Judges one more sample. Pure: the verdict follows from the samples alone. */
export function advanceGate(state: GateState, sample: GateSample, rules: GateRules): GateStep {
  const baseline = state.baseline ?? takeBaseline(sample.containers)
  const failure = findFailure(baseline, sample, rules)
  if (failure !== null) return { kind: 'failed', reason: failure, isTimeout: false }
  const obstacle = findObstacle(sample, rules)
  if (obstacle !== null) return wait({ ...state, baseline }, sample, rules, obstacle)
  const dependencies = countRestarts(sample.dependencies.flatMap(({ containers }) => containers))
  // A database that came back just now may go again: what was seen before it did counts no more.
  const isSteady = state.goodSinceMs === null || isUnchanged(state.dependencies, dependencies)
  const goodSinceMs = isSteady ? state.goodSinceMs : null
  return settle({ baseline, dependencies, goodSinceMs, badSamples: 0 }, sample, rules)
}

function takeBaseline(containers: readonly Container[]): Record<string, number> | null {
  return containers.length === 0 ? null : countRestarts(containers)
}

function countRestarts(containers: readonly Container[]): Record<string, number> {
  return Object.fromEntries(containers.map(({ id, restartCount }) => [id, restartCount]))
}

function isUnchanged(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): boolean {
  return Object.keys(before).every((id) => now[id] === before[id])
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
function findObstacle(sample: GateSample, rules: GateRules): Obstacle | null {
  const { containers, dependencies } = sample
  const missing = (message: string): Obstacle => ({ message, isUnknown: false, isAgreed: false })
  if (rules.kind !== 'service') return findUnfinished(containers, rules)
  if (containers.length < Math.max(1, rules.scale)) {
    return missing(`${containers.length} of ${Math.max(1, rules.scale)} containers are there`)
  }
  const stopped = containers.find(({ state }) => state !== 'running')
  if (stopped !== undefined) return missing(`${stopped.name} is ${stopped.state}`)
  const starting = containers.find(({ health }) => health === 'starting')
  if (starting !== undefined) return missing(`${starting.name} is starting`)
  return findUnhealthy(sample) ?? findOpenProbe(sample) ?? findBadDependency(dependencies)
}

function findBadDependency(dependencies: readonly SeenDependency[]): Obstacle | null {
  const bad = dependencies.flatMap((dependency) => explainDependency(dependency) ?? [])[0]
  return bad === undefined ? null : { message: bad, isUnknown: false, isAgreed: false }
}

/** What is wrong with a service that another one depends on, in words without a full stop; null: nothing. */
export function explainDependency({ service, isJob, isRequired, containers }: SeenDependency): string | null {
  if (containers.length === 0) return isRequired && !isJob ? `${service}, which it depends on, has no container` : null
  for (const { name, state, health, exitCode } of containers) {
    if (isJob && state === 'exited' && exitCode === 0) continue
    if (state === 'exited') return `${name}, which it depends on, has ended with exit code ${exitCode}`
    if (state !== 'running') return `${name}, which it depends on, is ${state}`
    if (health === 'unhealthy' || health === 'starting') return `${name}, which it depends on, is ${health}`
  }
  return null
}

/** Several probes count together: one that passes means that something works. */
function findUnhealthy(sample: GateSample): Obstacle | null {
  const { containers, probes } = sample
  const unhealthy = containers.find(({ health }) => health === 'unhealthy')
  if (unhealthy === undefined) return null
  const output = unhealthy.healthLog.at(-1)?.output.trim().slice(0, 200) ?? ''
  // A check that says nothing leaves it to the probes to say why.
  const why = output === '' ? findOpenProbe(sample)?.message : output
  const message = `${unhealthy.name} fails its health check${why === undefined ? '' : `: ${why}`}`
  return { message, isUnknown: false, isAgreed: probes.every(({ health }) => health === 'down') }
}

function findOpenProbe(sample: GateSample): Obstacle | null {
  const open = sample.probes.filter((probe) => probe.health !== 'healthy' && !isTolerated(probe, sample))
  const first = open.find(({ health }) => health !== 'unknown') ?? open[0]
  if (first === undefined) return null
  return {
    message: `${first.title}: ${first.reason.replace(/\.$/, '')}`,
    isUnknown: first.health === 'unknown',
    isAgreed: false,
  }
}

export function isTolerated({ id, health }: ProbeResult, { mayBeDegraded }: GateSample): boolean {
  return health === 'degraded' && mayBeDegraded.includes(id)
}

function findUnfinished(containers: readonly Container[], { kind }: GateRules): Obstacle | null {
  const [container] = containers
  if (container === undefined && kind === 'pre-pull') return null
  if (container?.state === 'exited') return null
  const message = container === undefined ? 'it has no container yet' : `${container.name} is ${container.state}`
  return { message, isUnknown: false, isAgreed: false }
}

function describeJob(containers: readonly Container[]): string {
  return containers.length === 0 ? 'It only brings its image.' : 'It ended with exit code 0.'
}

function settle(state: GateState, { atMs, containers }: GateSample, { settings, kind }: GateRules): GateStep {
  const settleMs = kind === 'service' ? settings.settleSeconds * 1000 : 0
  const goodSinceMs = state.goodSinceMs ?? atMs
  const goodForMs = atMs - goodSinceMs
  if (goodForMs >= settleMs) {
    const reason =
      kind === 'service' ? `Healthy for ${formatSeconds(goodForMs)}, without a restart.` : describeJob(containers)
    return { kind: 'passed', reason, isTimeout: false }
  }
  const message = `healthy for ${formatSeconds(goodForMs)} of ${formatSeconds(settleMs)}`
  return { kind: 'settling', state: { ...state, goodSinceMs }, message }
}

function wait(state: GateState, { atMs }: GateSample, rules: GateRules, obstacle: Obstacle): GateStep {
  const { settings, isMigrating = false } = rules
  const badSamples = obstacle.isAgreed && !isMigrating ? state.badSamples + 1 : 0
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
