import type { ComposeModel } from './compose.ts'
import type { UpMode } from './compose-argv.ts'
import type { Container } from './engine.ts'

/** Services that `services` need, directly or not, without themselves: those that a plain `up` looks at too. */
export function findDependencies(model: Pick<ComposeModel, 'services'>, services: readonly string[]): string[] {
  const found = new Set<string>()
  const queue = [...services]
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    for (const dependency of Object.keys(model.services[name]?.dependsOn ?? {})) {
      if (found.has(dependency) || services.includes(dependency)) continue
      found.add(dependency)
      queue.push(dependency)
    }
  }
  return [...found]
}

/** Those of them that run once and end: a plain `up` runs them again, whether or not they have done so already. */
export function findJobs(model: Pick<ComposeModel, 'services'>, services: readonly string[]): string[] {
  const conditions = Object.values(model.services).flatMap(({ dependsOn }) => Object.entries(dependsOn))
  return findDependencies(model, services).filter((name) =>
    conditions.some(([other, { condition }]) => other === name && condition === 'service_completed_successfully'),
  )
}

export interface AppliedState {
  readonly model: Pick<ComposeModel, 'services'>
  readonly hashes: Readonly<Record<string, string>>
  /** Of the services that are depended on, stopped ones too. Inspected: lists lag behind for some milliseconds. */
  readonly containers: readonly Pick<Container, 'labels' | 'state' | 'health' | 'exitCode'>[]
  /** Id of the image on the host that a service's reference means now. */
  readonly imageIds: Readonly<Record<string, string | null>>
}

/**
 * How to bring services up without touching more than them: what is not settled Compose would make anew, and jobs that
 * are through it would run again. Of what they depend on, `settled` counts as such whatever the state says.
 */
export function chooseUpMode(
  state: AppliedState,
  services: readonly string[],
  settled: readonly string[] = [],
): UpMode {
  const alone = !areDependenciesSettled(state, services, settled)
  return { alone, noStart: !alone && findJobs(state.model, services).length > 0 }
}

/**
 * Whether a plain `up` of `services` would leave all that they depend on alone: applied as the files say, running,
 * and in the condition that Compose would otherwise wait for.
 */
export function areDependenciesSettled(
  state: AppliedState,
  services: readonly string[],
  settled: readonly string[] = [],
): boolean {
  return findDependencies(state.model, services)
    .filter((name) => !settled.includes(name))
    .every((name) => isApplied(state, name) && isReady(state, name))
}

function containersOf(state: AppliedState, service: string): AppliedState['containers'] {
  return state.containers.filter(({ labels }) => labels['com.docker.compose.service'] === service)
}

function isApplied(state: AppliedState, service: string): boolean {
  const containers = containersOf(state, service)
  const imageId = state.imageIds[service]
  return (
    containers.length === state.model.services[service]?.scale &&
    containers.every(
      ({ labels }) =>
        labels['com.docker.compose.config-hash'] === state.hashes[service] &&
        (labels['com.docker.compose.image'] === undefined || labels['com.docker.compose.image'] === imageId),
    )
  )
}

/** By the strictest condition that any service of the model puts on it. */
function isReady(state: AppliedState, service: string): boolean {
  const conditions = Object.values(state.model.services).map(({ dependsOn }) => dependsOn[service]?.condition)
  const containers = containersOf(state, service)
  if (conditions.includes('service_completed_successfully')) {
    return containers.every((container) => container.state === 'exited' && container.exitCode === 0)
  }
  const mustBeHealthy = conditions.includes('service_healthy')
  return containers.every(({ state: now, health }) => now === 'running' && (!mustBeHealthy || health === 'healthy'))
}
