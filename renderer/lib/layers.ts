import type { LayerProgress } from '../../shared/contract/operations.ts'

export interface ServiceLayers {
  readonly service: string
  readonly layers: readonly LayerProgress[]
}

/** The layers of a pull, service by service, in the order in which they first came. */
export function groupLayers(layers: readonly LayerProgress[]): readonly ServiceLayers[] {
  const groups = Map.groupBy(layers, ({ service }) => service)
  return [...groups].map(([service, own]) => ({ service, layers: own }))
}

/** A layer's share, 0 to 100; null where nobody knows its size yet. What is there already is whole. */
export function layerPercent({ status, currentBytes, totalBytes }: LayerProgress): number | null {
  if (status === 'done' || status === 'exists') return 100
  if (status === 'waiting') return 0
  if (totalBytes === null || totalBytes === 0) return null
  return Math.min(100, (currentBytes / totalBytes) * 100)
}
