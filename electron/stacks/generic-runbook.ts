import { type Runbook, type RunbookInput, runbookSchema } from '../../shared/runbook/schema.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { ComposeModel, ComposeService } from '../docker/compose.ts'
import { isInfrastructure } from './image-kinds.ts'

/** The id of every runbook that was derived, not written. */
export const GENERIC_RUNBOOK_ID = 'generic'

type ServiceInput = RunbookInput['services'][number]

/**
 * A runbook for a stack that no written one fits: services in the order of their dependencies, judged by their
 * containers' own health checks. It promises nothing about data and knows no backup.
 */
export function deriveRunbook(model: ComposeModel): Runbook {
  const services = orderByDependencies(model).map((service) => describeService(service, model))
  return runbookSchema.parse({
    slipway: 1,
    id: GENERIC_RUNBOOK_ID,
    name: 'Generic',
    description: 'Derived from the Compose file. Nothing is known about this product but what its containers say.',
    match: { images: matchImages(model) },
    versions: { tagPrefix: derivePrefix(model), dataCompatible: 'never' },
    services: services.length > 0 ? services : [{ name: model.name }],
  } satisfies RunbookInput)
}

function describeService(service: ComposeService, model: ComposeModel): ServiceInput {
  const repository = service.image === null ? null : parseImageReference(service.image).repository
  return {
    name: service.name,
    kind: isOneShot(service, model) ? 'one-shot' : 'service',
    upgrade: repository !== null && !service.build && !isInfrastructure(repository),
  }
}

/** It ends by design: it is not started again, and others wait for it to have ended well. */
function isOneShot(service: ComposeService, model: ComposeModel): boolean {
  const isRestarted = service.restart !== null && service.restart !== 'no' && service.restart !== ''
  if (isRestarted) return false
  return Object.values(model.services).some(
    (other) => other.dependsOn[service.name]?.condition === 'service_completed_successfully',
  )
}

/** Each service after those that it depends on; otherwise in the file's order. */
export function orderByDependencies(model: ComposeModel): ComposeService[] {
  const ordered = new Map<string, ComposeService>()
  const visiting = new Set<string>()
  const add = (service: ComposeService): void => {
    if (ordered.has(service.name) || visiting.has(service.name)) return
    visiting.add(service.name)
    for (const name of Object.keys(service.dependsOn)) {
      const dependency = model.services[name]
      if (dependency !== undefined) add(dependency)
    }
    ordered.set(service.name, service)
  }
  for (const service of Object.values(model.services)) add(service)
  return [...ordered.values()]
}

/** `v` where the product's own tags are written so. */
function derivePrefix(model: ComposeModel): string {
  const tags = Object.values(model.services).flatMap(({ image }) => {
    const parsed = image === null ? null : parseImageReference(image)
    return parsed === null || parsed.tag === null || isInfrastructure(parsed.repository) ? [] : [parsed.tag]
  })
  return tags.length > 0 && tags.every((tag) => /^v\d/.test(tag)) ? 'v' : ''
}

function matchImages(model: ComposeModel): string[] {
  const images = Object.values(model.services).flatMap(({ image }) => (image === null ? [] : [image]))
  return images.length > 0 ? images.map((image) => parseImageReference(image).repository) : [model.name]
}
