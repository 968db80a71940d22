import { z } from 'zod'
import type { PullProgress } from './engine.ts'

export type LayerState = PullProgress['layers'][number]

/** One message of a pull's stream. */
export const pullMessageSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
})
export type PullMessage = z.infer<typeof pullMessageSchema>

/** The engine's own words; all others (`Pulling from …`, `Digest: …`) are not about a layer. */
const STATUSES: Readonly<Record<string, LayerState['status']>> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'verifying',
  'Download complete': 'verifying',
  Extracting: 'extracting',
  'Pull complete': 'done',
  'Already exists': 'exists',
}

/** Layers by id in the order in which the engine named them, after one more message. Returns the same map where nothing changed. */
export function reduceLayers(
  layers: ReadonlyMap<string, LayerState>,
  message: PullMessage,
): ReadonlyMap<string, LayerState> {
  const status = message.status === undefined ? undefined : statusOf(message.status)
  if (message.id === undefined || status === undefined) return layers
  const before = layers.get(message.id)
  return new Map(layers).set(message.id, nextLayer(message.id, before, status, message.progressDetail ?? {}))
}

function statusOf(words: string): LayerState['status'] | undefined {
  return words.startsWith('Retrying in') ? 'waiting' : STATUSES[words]
}

function nextLayer(
  layer: string,
  before: LayerState | undefined,
  status: LayerState['status'],
  detail: { readonly current?: number | undefined; readonly total?: number | undefined },
): LayerState {
  const totalBytes = detail.total !== undefined && detail.total > 0 ? detail.total : (before?.totalBytes ?? null)
  if (status === 'done' || status === 'exists') return { layer, status, currentBytes: totalBytes ?? 0, totalBytes }
  if (status === 'verifying')
    return { layer, status, currentBytes: totalBytes ?? before?.currentBytes ?? 0, totalBytes }
  return { layer, status, currentBytes: detail.current ?? 0, totalBytes }
}
