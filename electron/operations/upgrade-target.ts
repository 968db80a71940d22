import type { ServiceChange, UpgradeOptions } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import { parseImageReference, replaceTag, shortDigest } from '../../shared/versions/image-reference.ts'
import { parseTag } from '../../shared/versions/version.ts'
import type { Stack } from '../stacks/stack.ts'

/** What one service would change to, or why that cannot be said. */
export type ServiceTarget =
  | { readonly service: string; readonly kind: 'change'; readonly change: ServiceChange }
  | { readonly service: string; readonly kind: 'none' }
  /** It would never be found by trying again: the tag is not there. */
  | { readonly service: string; readonly kind: 'missing'; readonly reason: string }
  /** Nobody could say. */
  | { readonly service: string; readonly kind: 'unknown'; readonly reason: string }

/** Services that an upgrade of these options takes, in the runbook's order. Throws `input.invalid` for one that cannot be. */
export function chooseServices(stack: Stack, options: UpgradeOptions): string[] {
  const possible = stack.runbook.services
    .filter(({ name, kind, upgrade }) => upgrade && kind === 'service' && stack.pins[name] !== undefined)
    .map(({ name }) => name)
  const strange = options.services.filter((name) => !possible.includes(name))
  if (strange.length > 0) {
    throw new SlipwayError('input.invalid', `${strange.join(', ')} cannot be upgraded in ${stack.ref.project}.`, {
      hint: `Choose among ${possible.join(', ') || 'no service at all'}.`,
    })
  }
  return options.services.length === 0 ? possible : possible.filter((name) => options.services.includes(name))
}

/** Asks the registry, or the engine where nothing is to be pulled, what each service would change to. */
export async function findTargets(
  stack: Stack,
  services: readonly string[],
  version: string,
  options: UpgradeOptions,
  signal: AbortSignal,
): Promise<ServiceTarget[]> {
  return Promise.all(services.map((service) => findTarget(stack, service, version, options, signal)))
}

async function findTarget(
  stack: Stack,
  service: string,
  version: string,
  options: UpgradeOptions,
  signal: AbortSignal,
): Promise<ServiceTarget> {
  const pin = stack.pins[service]
  if (pin === undefined) return { service, kind: 'missing', reason: `${service} has no image in the compose file.` }
  const tag = `${tagPrefixOf(stack.runbook, service)}${version}`
  const reference = replaceTag(pin.reference, tag)
  try {
    const found = options.skipPull
      ? await findLocal(stack, reference, signal)
      : await findRemote(stack, pin.repository, tag, signal)
    if (found === null) {
      const where = options.skipPull ? 'on the host' : 'in the registry'
      return { service, kind: 'missing', reason: `There is no ${reference} ${where}.` }
    }
    const change = { service, from: describeFrom(stack, service), to: { reference, version, digest: found.digest } }
    if (isNoChange(stack, service, reference, found.imageDigests)) return { service, kind: 'none' }
    return { service, kind: 'change', change: { ...change, downloadBytes: found.downloadBytes } }
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    const kind = ['docker.wrong-architecture', 'registry.not-found'].includes(error.code) ? 'missing' : 'unknown'
    return { service, kind, reason: error.message }
  }
}

interface FoundImage {
  readonly digest: string
  /** Digests by which an engine may know the same image. */
  readonly imageDigests: readonly string[]
  readonly downloadBytes: number | null
}

async function findRemote(
  stack: Stack,
  repository: string,
  tag: string,
  signal: AbortSignal,
): Promise<FoundImage | null> {
  const { registry, host } = stack.session
  const { os, architecture } = await host.connect({ signal })
  const image = await registry.resolve(repository, tag, { os, architecture }, { signal })
  if (image === null) return null
  const downloadBytes = image.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { digest: image.digest, imageDigests: [image.digest, image.platformDigest], downloadBytes }
}

async function findLocal(stack: Stack, reference: string, signal: AbortSignal): Promise<FoundImage | null> {
  const image = await stack.session.engine.inspectImage(reference, { signal })
  if (image === null) return null
  const { repository } = parseImageReference(reference)
  const known = image.repoDigests.find((digest) => digest.startsWith(`${repository}@`))?.split('@')[1]
  return { digest: known ?? image.id, imageDigests: [known ?? image.id, image.id], downloadBytes: 0 }
}

/** Pinned so already, and all containers run that very image. */
function isNoChange(stack: Stack, service: string, reference: string, digests: readonly string[]): boolean {
  const containers = stack.containers[service] ?? []
  return (
    stack.pins[service]?.reference === reference &&
    containers.length > 0 &&
    containers.every(({ digest, imageId }) => digests.includes(digest ?? '') || digests.includes(imageId))
  )
}

export function describeFrom(stack: Stack, service: string): ServiceChange['from'] {
  const pin = stack.pins[service]
  const container = stack.containers[service]?.[0]
  const digest = container?.digest ?? pin?.digest ?? null
  const version = pin?.tag == null ? null : parseTag(pin.tag, tagPrefixOf(stack.runbook, service))
  return {
    reference: pin?.reference ?? container?.imageReference ?? '',
    version: version ?? (digest === null ? (pin?.tag ?? null) : shortDigest(digest)),
    digest,
  }
}
