import type { TargetVersion, VersionFacts } from '../../shared/contract/versions.ts'
import { isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import { describeTarget } from '../../shared/versions/target-version.ts'
import type { Stack } from '../stacks/stack.ts'
import { type ChosenTarget, chooseTargets } from './choose-services.ts'
import { findTargets, judgeTargets } from './upgrade-target.ts'

/** Versions asked for at once: each is some requests for each service, over the host's one connection. */
const AT_ONCE = 3

/**
 * What there is to know of versions of a stack, in their order: each picture holds all that are known by then, and the
 * last one all. A version that could not be looked up says why; the others are not held up by it.
 */
export async function* watchVersionFacts(
  stack: Stack,
  services: readonly string[],
  versions: readonly TargetVersion[],
  signal: AbortSignal,
): AsyncGenerator<VersionFacts[], void> {
  const waiting = [...versions.entries()]
  const running = new Map<number, Promise<readonly [index: number, facts: VersionFacts]>>()
  const found: VersionFacts[] = []
  const closed = new AbortController()
  const work = AbortSignal.any([signal, closed.signal])
  try {
    while (waiting.length > 0 || running.size > 0) {
      for (const [index, version] of waiting.splice(0, AT_ONCE - running.size)) {
        const chosen = chooseTargets(stack, version, { services: [...services] })
        const facts = readFacts(stack, describeTarget(version), chosen, work).then((read) => [index, read] as const)
        // Whoever left early does not hear of it.
        facts.catch(() => undefined)
        running.set(index, facts)
      }
      const [index, facts] = await Promise.race(running.values())
      running.delete(index)
      found[index] = facts
      // Without the holes of those that are still asked for.
      yield Object.values(found)
    }
  } finally {
    closed.abort()
  }
}

async function readFacts(
  stack: Stack,
  version: string,
  chosen: readonly ChosenTarget[],
  signal: AbortSignal,
): Promise<VersionFacts> {
  try {
    const targets = await findTargets(stack, chosen, { skipPull: false }, signal)
    const unclear = targets.find((target) => target.kind === 'unknown')
    if (unclear !== undefined) return { kind: 'unknown', version, error: toErrorShape(unclear.error) }
    const images = targets.flatMap((target) => {
      if (target.kind !== 'change' && target.kind !== 'none') return []
      const { service, image } = target
      const reference = target.kind === 'change' ? target.change.to.reference : target.reference
      return [{ service, reference, digest: image.platformDigest, builtAt: image.builtAt }]
    })
    const downloads = targets.map((target) => (target.kind === 'change' ? (target.change.downloadBytes ?? 0) : 0))
    return {
      kind: 'known',
      version,
      builtAt:
        images
          .flatMap(({ builtAt }) => builtAt ?? [])
          .sort()
          .at(-1) ?? null,
      images: images.map(({ service, reference, digest }) => ({ service, reference, digest })),
      downloadBytes: downloads.reduce((sum, bytes) => sum + bytes, 0),
      jump: judgeTargets(stack, targets),
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    return { kind: 'unknown', version, error: toErrorShape(error) }
  }
}
