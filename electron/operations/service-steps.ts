import type { Plan, PlanStep, ServiceChange } from '../../shared/contract/operations.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { serviceKind } from '../stacks/service-kind.ts'

/** No service's name has one. */
const SEPARATOR = ','
const PREFIX = 'service:'

/** Changes that one step of a plan makes. */
export type Group = readonly [ServiceChange, ...ServiceChange[]]

/** The id of the step that takes these services. */
export function serviceStepId(services: readonly string[]): string {
  return `${PREFIX}${services.join(SEPARATOR)}`
}

/** The services that a step takes, by its id. */
export function servicesOfStep(id: string): readonly string[] {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length).split(SEPARATOR) : []
}

/** Services that only bring their images and follow each other share a step: there is nothing to watch between them. */
export function shareSteps(runbook: Pick<Runbook, 'services'>, changes: readonly ServiceChange[]): Group[] {
  const groups: [ServiceChange, ...ServiceChange[]][] = []
  let open: ServiceChange[] | undefined
  for (const change of changes) {
    const isShared = serviceKind(runbook, change.service) === 'pre-pull'
    if (isShared && open !== undefined) open.push(change)
    else groups.push([change])
    open = isShared ? groups.at(-1) : undefined
  }
  return groups
}

/** The step of a plan that recreates a service; undefined where another kind of step does. */
export function findServiceStep({ steps }: Pick<Plan, 'steps'>, service: string): PlanStep | undefined {
  return steps.find(({ id }) => servicesOfStep(id).includes(service))
}

/** Services of a plan, those together that one of its steps takes. */
export function groupByStep(plan: Pick<Plan, 'steps'>, services: readonly string[]): string[][] {
  return [...Map.groupBy(services, (service) => findServiceStep(plan, service)?.id ?? service).values()]
}
