import type { ProbeResult } from '../../shared/contract/stacks.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { findDependencies } from '../docker/compose-dependencies.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'
import type { GateSample, SeenDependency } from './gate-judge.ts'
import { readServices } from './read-service.ts'
import { type ProbeOptions, probesOf, runProbe } from './run-probe.ts'

/** So long a database that answered well is not asked again: each question of SQLite starts a container. The last look asks. */
const DATA_REST_MS = 60_000

/** A stack in which the watched services are as they were at the moment of a sample. */
export interface TakenSample {
  readonly sample: GateSample
  readonly present: Stack
}

export interface SamplerOptions extends ProbeOptions {
  /** Milliseconds since the gate began. */
  readonly elapsedMs: () => number
  /** Services that are not looked at although this one depends on them: their own turn is still to come. */
  readonly except: readonly string[]
}

/** Takes samples of one service. Remembers which probes the server asked to be spared, and for how long. */
export class GateSampler {
  readonly #stack: Stack
  readonly #service: string
  readonly #options: SamplerOptions
  readonly #dependencies: readonly string[]
  readonly #resting = new Map<string, { readonly result: ProbeResult; readonly untilMs: number }>()

  constructor(stack: Stack, service: string, options: SamplerOptions) {
    this.#stack = stack
    this.#service = service
    this.#options = options
    this.#dependencies = findDependencies(stack.model, [service]).filter(
      (name) => stack.model.services[name] !== undefined && !options.except.includes(name),
    )
  }

  /** `limitMs`: a probe that wants to be spared for longer than that is asked then all the same. */
  async take(limitMs: number): Promise<TakenSample> {
    const { signal, elapsedMs } = this.#options
    const names = [this.#service, ...this.#dependencies]
    const found = await readServices(this.#stack, names, signal)
    const none = Object.fromEntries(names.map((name) => [name, []]))
    const present = { ...this.#stack, containers: { ...this.#stack.containers, ...none, ...found } }
    const containers = found[this.#service] ?? []
    const isRunning = containers.some(({ state }) => state === 'running')
    const probes = isRunning ? probesOf(present, this.#service) : []
    const results = await Promise.all(probes.map((probe) => this.#ask(present, probe, containers, limitMs)))
    const dependencies = this.#dependencies.map((name) => describeDependency(present, name))
    // Judged by when it was complete: an answer that took four seconds is no older than its last byte.
    const mayBeDegraded = probes.filter((probe) => 'tls' in probe).map(({ id }) => id)
    return { sample: { atMs: elapsedMs(), containers, probes: results, mayBeDegraded, dependencies }, present }
  }

  async #ask(stack: Stack, probe: Probe, containers: readonly Container[], limitMs: number): Promise<ProbeResult> {
    const { elapsedMs } = this.#options
    // A container that was restarted is another server: what the one before asked for is void.
    const key = `${probe.id} ${containers.map(({ id, startedAt }) => `${id} ${startedAt}`).join(' ')}`
    const resting = this.#resting.get(key)
    if (resting !== undefined && elapsedMs() < resting.untilMs) return resting.result
    const result = await runProbe(stack, probe, this.#options)
    const restMs = restOf(probe, result)
    if (restMs === 0) this.#resting.delete(key)
    else this.#resting.set(key, { result, untilMs: Math.min(elapsedMs() + restMs, limitMs) })
    return result
  }
}

function restOf(probe: Probe, { retryAfterSeconds, health }: ProbeResult): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000
  return 'query' in probe && health === 'healthy' ? DATA_REST_MS : 0
}

function describeDependency({ runbook, model, containers }: Stack, name: string): SeenDependency {
  const known = runbook.services.find((service) => service.name === name)
  const uses = Object.values(model.services).flatMap(({ dependsOn }) => dependsOn[name] ?? [])
  return {
    service: name,
    isJob: (known?.kind ?? 'service') !== 'service' || uses.some(isCompletion),
    isRequired: uses.some(({ required }) => required !== false) && model.services[name]?.scale !== 0,
    containers: containers[name] ?? [],
  }
}

function isCompletion({ condition }: { readonly condition: string }): boolean {
  return condition === 'service_completed_successfully'
}
