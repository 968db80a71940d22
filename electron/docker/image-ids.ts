import type { ComposeModel } from './compose.ts'
import type { CallOptions, Engine } from './engine.ts'

/** By service: the image on the host that its reference means now; null: it is not there. */
export async function readImageIds(
  engine: Pick<Engine, 'inspectImage'>,
  model: Pick<ComposeModel, 'name' | 'services'>,
  services: readonly string[],
  options: CallOptions = {},
): Promise<Record<string, string | null>> {
  const read = services.map(async (service): Promise<[string, string | null]> => {
    const reference = model.services[service]?.image ?? `${model.name}-${service}`
    return [service, (await engine.inspectImage(reference, options))?.id ?? null]
  })
  return Object.fromEntries(await Promise.all(read))
}
