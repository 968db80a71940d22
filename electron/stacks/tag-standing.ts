import type { ServiceVersions } from '../../shared/contract/stacks.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import { parseImageReference, shortDigest } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from './stack.ts'

/** How the image that runs stands to what its tag points to now. Said of tags that name no version. */
export interface TagStanding {
  readonly standing: Extract<ServiceVersions['standing'], 'tag-moved' | 'tag-same' | 'unknown'>
  readonly reason: string
}

type Running = Pick<Container, 'digest' | 'imageId'>

/** Asks the registry what the tag of a service points to now. A registry that does not say leaves it unknown. */
export async function askTagStanding(
  { containers, pins, session }: Pick<Stack, 'containers' | 'pins' | 'session'>,
  service: string,
  signal: AbortSignal,
): Promise<TagStanding> {
  const running = containers[service] ?? []
  const reference = running[0]?.imageReference ?? pins[service]?.reference ?? ''
  const { repository, tag, digest } = parseImageReference(reference)
  if (tag === null && digest !== null) return unknown('It is pinned by its digest, which names no version.')
  // What an engine takes a reference without a tag for.
  const name = tag ?? 'latest'
  if (running.length === 0) return unknown(`Nothing runs of it, and ${name} names no version.`)
  try {
    const { os, architecture } = await session.host.connect({ signal })
    const image = await session.registry.resolve(repository, name, { os, architecture }, { signal })
    return judgeTag(name, running, image === null ? null : [image.digest, image.platformDigest])
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    return unknown(`What ${name} points to now could not be found out: ${error.message}`)
  }
}

/** `digests`: those of the tag in the registry; null: it has no such tag. Pure. */
export function judgeTag(tag: string, running: readonly Running[], digests: readonly string[] | null): TagStanding {
  if (digests === null) return unknown(`The registry has no tag ${tag} any more.`)
  const now = shortDigest(digests[0] ?? '')
  const others = running.filter(({ digest, imageId }) => !digests.includes(digest ?? '') && !digests.includes(imageId))
  const [first] = others
  if (first === undefined) return { standing: 'tag-same', reason: `${tag} is still the image that runs, ${now}.` }
  const runs = others.find(({ digest }) => digest !== null)?.digest ?? null
  if (runs === null) {
    const why = 'the engine knows no digest of the image that runs, so it was built or loaded by hand'
    return unknown(`${tag} is ${now} in the registry; ${why}.`)
  }
  return {
    standing: 'tag-moved',
    reason: `${tag} points to another image now: ${now} in the registry, while ${shortDigest(runs)} runs.`,
  }
}

function unknown(reason: string): TagStanding {
  return { standing: 'unknown', reason }
}
