import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { RemoteImage } from '../docker/registry.ts'
import type { Stack } from '../stacks/stack.ts'

/** An image that a service could change to. */
export interface TargetImage {
  readonly digest: string
  /** Of the image for the host's architecture, where `digest` names several. */
  readonly platformDigest: string
  /** Digests by which an engine may know the same image. */
  readonly imageDigests: readonly string[]
  /** What would be downloaded, compressed. */
  readonly missingLayers: RemoteImage['layers']
  readonly environment: readonly string[]
  /** ISO 8601. */
  readonly builtAt: string | null
}

/** As the registry has it; null: it does not. */
export async function findRemoteImage(
  stack: Stack,
  repository: string,
  tag: string,
  signal: AbortSignal,
): Promise<TargetImage | null> {
  const { registry, host, engine } = stack.session
  const { os, architecture } = await host.connect({ signal })
  const image = await registry.resolve(repository, tag, { os, architecture }, { signal })
  if (image === null) return null
  const { digest, platformDigest, layers, diffIds, environment, createdAt } = image
  // One for one, unless the image is of a form that nobody can tell anything about.
  const known = diffIds.length === layers.length ? await engine.countKnownLayers(diffIds, { signal }) : 0
  return {
    digest,
    platformDigest,
    imageDigests: [digest, platformDigest],
    missingLayers: layers.slice(known),
    environment,
    builtAt: createdAt,
  }
}

/** As the host has it; null: it does not. */
export async function findLocalImage(
  stack: Stack,
  reference: string,
  signal: AbortSignal,
): Promise<TargetImage | null> {
  const image = await stack.session.engine.inspectImage(reference, { signal })
  if (image === null) return null
  const { repository } = parseImageReference(reference)
  const known = image.repoDigests.find((digest) => digest.startsWith(`${repository}@`))?.split('@')[1]
  const digest = known ?? image.id
  return {
    digest,
    platformDigest: digest,
    imageDigests: [digest, image.id],
    missingLayers: [],
    environment: image.environment,
    builtAt: null,
  }
}
