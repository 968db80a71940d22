import { mapBounded } from '../hosts/map-bounded.ts'
import type { Engine } from './engine.ts'

/** Images asked for at once: each is one short request on the shared connection. */
const AT_ONCE = 8

/**
 * Counts the layers of an image that an engine has. An engine keeps a layer together with all those below it, so
 * what counts is the longest common beginning with any image it has. What an image consists of never changes, so each is
 * asked for once.
 */
export function createLayerCounter(engine: Pick<Engine, 'listImages' | 'inspectImage'>): Engine['countKnownLayers'] {
  let known = new Map<string, Promise<readonly string[]>>()

  async function layersOf(id: string): Promise<readonly string[]> {
    const asked = known.get(id) ?? engine.inspectImage(id).then((image) => image?.diffIds ?? [])
    known.set(id, asked)
    asked.catch(() => known.delete(id))
    return asked
  }

  return async (diffIds, options) => {
    const ids = (await engine.listImages(options)).map(({ id }) => id)
    known = new Map([...known].filter(([id]) => ids.includes(id)))
    const all = await mapBounded(ids, AT_ONCE, layersOf)
    return Math.max(0, ...all.map((own) => commonLength(own, diffIds)))
  }
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((id, index) => id !== other[index])
  return end === -1 ? one.length : end
}
