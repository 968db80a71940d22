import type { ComposeModel } from './compose.ts'
import type { ContainerRow } from './engine.ts'

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

export interface AppliedState {
  readonly model: Pick<ComposeModel, 'services'>
  readonly hashes: Readonly<Record<string, string>>
  /** All containers of the project, stopped ones too. */
  readonly rows: readonly ContainerRow[]
  /** Id of the image on the host that a service's reference means now. */
  readonly imageIds: Readonly<Record<string, string | null>>
}

/**
 * Whether a plain `up` of `services` would leave all that they depend on alone: applied as the files say, running,
 * and in the condition that Compose would otherwise wait for.
 */
export function areDependenciesSettled(state: AppliedState, services: readonly string[]): boolean {
  return findDependencies(state.model, services).every((name) => isApplied(state, name) && isReady(state, name))
}

function rowsOf(state: AppliedState, service: string): ContainerRow[] {
  return state.rows.filter(
    (row) => row.labels['com.docker.compose.service'] === service && row.labels['com.docker.compose.oneoff'] !== 'True',
  )
}

function isApplied(state: AppliedState, service: string): boolean {
  const rows = rowsOf(state, service)
  const imageId = state.imageIds[service]
  return (
    rows.length === state.model.services[service]?.scale &&
    rows.every(
      ({ labels }) =>
        labels['com.docker.compose.config-hash'] === state.hashes[service] &&
        (labels['com.docker.compose.image'] === undefined || labels['com.docker.compose.image'] === imageId),
    )
  )
}

/** By the strictest condition that any service of the model puts on it. */
function isReady(state: AppliedState, service: string): boolean {
  const conditions = Object.values(state.model.services).map(({ dependsOn }) => dependsOn[service]?.condition)
  const rows = rowsOf(state, service)
  if (conditions.includes('service_completed_successfully')) {
    return rows.every((row) => row.state === 'exited' && row.statusText.startsWith('Exited (0)'))
  }
  const mustBeHealthy = conditions.includes('service_healthy')
  return rows.every((row) => row.state === 'running' && (!mustBeHealthy || row.statusText.includes('(healthy)')))
}
