import type { UpMode } from '../docker/compose-argv.ts'
import { chooseUpMode, findDependencies } from '../docker/compose-dependencies.ts'
import { readImageIds } from '../docker/image-ids.ts'
import { LABELS } from '../stacks/discovery.ts'
import type { Stack } from '../stacks/stack.ts'

/** How services will be brought up once those before them are. */
export type UpModeOf = (services: readonly string[]) => UpMode

/**
 * Foretells how each service of a plan is brought up, `order` being that of the plan: what comes before a service is
 * settled by then, and what comes after it is not yet.
 */
export async function foretellUpModes(stack: Stack, order: readonly string[], signal: AbortSignal): Promise<UpModeOf> {
  const { model, configHashes: hashes, session } = stack
  const imageIds = await readImageIds(session.engine, model, findDependencies(model, order), { signal })
  const containers = Object.values(stack.containers).flat()
  return (services) => {
    const at = order.indexOf(services[0] ?? '')
    const later = order.slice(at).filter((name) => !services.includes(name))
    const settled = containers.filter(({ labels }) => !later.includes(labels[LABELS.service] ?? ''))
    return chooseUpMode({ model, hashes, imageIds, containers: settled }, services, order.slice(0, at))
  }
}
