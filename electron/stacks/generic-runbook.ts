import { type Runbook, type RunbookInput, runbookSchema } from '../../shared/runbook/schema.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { parseTag } from '../../shared/versions/version.ts'
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
  const ordered = orderByDependencies(model)
  const hasReleases = ordered.some((service) => isOwnImage(service) && isRelease(service))
  const services = ordered.map((service) => describeService(service, model, hasReleases))
  return runbookSchema.parse({
    slipway: 1,
    id: GENERIC_RUNBOOK_ID,
    name: 'Generic',
    description: 'Derived from the Compose file. Nothing is known about this product but what its containers say.',
    match: { images: matchImages(model) },
    versions: { tagPrefix: derivePrefix(model, services), dataCompatible: 'never' },
    services: services.length > 0 ? services : [{ name: model.name }],
  } satisfies RunbookInput)
}

/**
 * Beside images with full versions, such as 1.4.2, one whose tag is none, such as 17, is somebody else's: a database under
 * a name of the product's own.
 */
function describeService(service: ComposeService, model: ComposeModel, hasReleases: boolean): ServiceInput {
  return {
    name: service.name,
    kind: isOneShot(service, model) ? 'one-shot' : 'service',
    upgrade: isOwnImage(service) && (!hasReleases || isRelease(service)),
  }
}

function isOwnImage({ image, build }: ComposeService): boolean {
  return image !== null && !build && !isInfrastructure(parseImageReference(image).repository)
}

function isRelease({ image }: ComposeService): boolean {
  const { tag, digest } = parseImageReference(image ?? '')
  return tag === null ? digest !== null : parseTag(tag, /^v\d/.test(tag) ? 'v' : '') !== null
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
function derivePrefix(model: ComposeModel, services: readonly ServiceInput[]): string {
  const tags = services.flatMap(({ name, upgrade }) => {
    const image = upgrade === true ? model.services[name]?.image : null
    return image == null ? [] : (parseImageReference(image).tag ?? [])
  })
  return tags.length > 0 && tags.every((tag) => /^v\d/.test(tag)) ? 'v' : ''
}

function matchImages(model: ComposeModel): string[] {
  const images = Object.values(model.services).flatMap(({ image }) => (image === null ? [] : [image]))
  return images.length > 0 ? images.map((image) => parseImageReference(image).repository) : [model.name]
}
