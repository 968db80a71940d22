import type { Engine } from './engine.ts'
import { withLock } from './lock.ts'

/**
 * The network that sample hosts are on: not the engine's default one, whose bridge (docker0) a second engine
 * on the same machine would claim too.
 */
export const usualNetwork = 'slipway-sample'

/** Makes the usual network if it is not there yet; it is kept. */
export async function ensureUsualNetwork(engine: Engine): Promise<void> {
  if (await exists(engine)) return
  // The engine itself does not keep two processes from making two networks of one name.
  await withLock('network', async () => {
    if (!(await exists(engine))) await engine.docker(['network', 'create', usualNetwork])
  })
}

async function exists(engine: Engine): Promise<boolean> {
  return (await engine.docker(['network', 'inspect', usualNetwork], { allowFailure: true })).code === 0
}
