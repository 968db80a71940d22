import type { ServiceChange, UpgradeOptions } from '../../shared/contract/operations.ts'
import type { Jump } from '../../shared/contract/versions.ts'
import { isSlipwayError, type SlipwayError } from '../../shared/errors.ts'
import { tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import { parseImageReference, replaceTag, shortDigest } from '../../shared/versions/image-reference.ts'
import { type JumpChange, judgeJump } from '../../shared/versions/jump.ts'
import { postgresMajor } from '../../shared/versions/postgres-major.ts'
import { parseTag } from '../../shared/versions/version.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import type { ChosenTarget } from './choose-services.ts'
import { datasetsOf } from './datasets/of-stack.ts'
import { findLocalImage, findRemoteImage, type TargetImage } from './target-image.ts'

/** What one service would change to, or why that cannot be said. */
export type ServiceTarget =
  | { readonly service: string; readonly kind: 'change'; readonly change: ServiceChange; readonly image: TargetImage }
  | { readonly service: string; readonly kind: 'none'; readonly reference: string; readonly image: TargetImage }
  /** It would never be found by trying again: the tag is not there. */
  | { readonly service: string; readonly kind: 'missing'; readonly reason: string }
  /** Nobody could say. */
  | { readonly service: string; readonly kind: 'unknown'; readonly reason: string; readonly error: SlipwayError }

/** Asks the registry, or the engine where nothing is to be pulled, what each service would change to. */
export async function findTargets(
  stack: Stack,
  chosen: readonly ChosenTarget[],
  options: Pick<UpgradeOptions, 'skipPull'>,
  signal: AbortSignal,
): Promise<ServiceTarget[]> {
  const targets = await Promise.all(chosen.map((one) => findTarget(stack, one, options, signal)))
  return countLayersOnce(targets)
}

/** Images of one product share layers, which are downloaded with the first of them. */
function countLayersOnce(targets: readonly ServiceTarget[]): ServiceTarget[] {
  const counted = new Set<string>()
  return targets.map((target) => {
    if (target.kind !== 'change') return target
    const fresh = target.image.missingLayers.filter(({ digest }) => !counted.has(digest))
    for (const { digest } of fresh) counted.add(digest)
    const downloadBytes = fresh.reduce((sum, layer) => sum + layer.sizeBytes, 0)
    return { ...target, change: { ...target.change, downloadBytes } }
  })
}

async function findTarget(
  stack: Stack,
  { service, version }: ChosenTarget,
  { skipPull }: Pick<UpgradeOptions, 'skipPull'>,
  signal: AbortSignal,
): Promise<ServiceTarget> {
  const pin = stack.pins[service]
  if (pin === undefined) return { service, kind: 'missing', reason: `${service} has no image in the compose file.` }
  const tag = `${tagPrefixOf(stack.runbook, service)}${version}`
  const reference = replaceTag(pin.reference, tag)
  try {
    const image = skipPull
      ? await findLocalImage(stack, reference, signal)
      : await findRemoteImage(stack, pin.repository, tag, signal)
    if (image === null) {
      const where = skipPull ? 'on the host' : 'in the registry'
      return { service, kind: 'missing', reason: `There is no ${reference} ${where}.` }
    }
    if (isNoChange(stack, service, reference, image.imageDigests)) return { service, kind: 'none', reference, image }
    const to = { reference, version, digest: image.digest }
    const change = { service, from: describeFrom(stack, service), to, downloadBytes: 0 }
    return { service, kind: 'change', change, image }
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    const isMissing = ['docker.wrong-architecture', 'registry.not-found'].includes(error.code)
    return isMissing
      ? { service, kind: 'missing', reason: error.message }
      : { service, kind: 'unknown', reason: error.message, error }
  }
}

/** Pinned so already, and all containers run that very image. What only brings its image needs no container. */
function isNoChange(stack: Stack, service: string, reference: string, digests: readonly string[]): boolean {
  const containers = stack.containers[service] ?? []
  return (
    stack.pins[service]?.reference === reference &&
    (containers.length > 0 || serviceKind(stack.runbook, service) === 'pre-pull') &&
    containers.every(({ digest, imageId }) => digests.includes(digest ?? '') || digests.includes(imageId))
  )
}

/**
 * What a service changes from. The version is that of what runs, which may not be what the files say: it is this one that
 * has had the data in its hands. The reference is what the files say.
 */
export function describeFrom(
  { pins, containers, runbook }: Pick<Stack, 'pins' | 'containers' | 'runbook'>,
  service: string,
): ServiceChange['from'] {
  const pin = pins[service]
  const container = containers[service]?.[0]
  const digest = container?.digest ?? pin?.digest ?? null
  const { tag } = parseImageReference(container?.imageReference ?? pin?.reference ?? '')
  const version = tag === null ? null : parseTag(tag, tagPrefixOf(runbook, service))
  return {
    reference: pin?.reference ?? container?.imageReference ?? '',
    version: version ?? (digest === null ? tag : shortDigest(digest)),
    digest,
  }
}

/** What these changes mean together. */
export function judgeTargets(stack: Stack, targets: readonly ServiceTarget[]): Jump {
  const changes = targets.flatMap((target): JumpChange[] => {
    if (target.kind !== 'change') return []
    const { service, from, to } = target.change
    const running = stack.containers[service]?.[0]
    const before = running === undefined ? null : postgresMajor(running.imageReference, running.environment)
    const postgres = { from: before, to: postgresMajor(to.reference, target.image.environment) }
    return [{ service, from: from.version, to: to.version, postgres }]
  })
  return judgeJump(changes, stack.runbook.versions, datasetsOf(stack).length > 0)
}
