import { join } from 'node:path'
import type { ProductTools } from '../../host/products.ts'

/**
 * Redis from Debian's package, behaving like the official image: `redis-server` and its options as the command, data
 * in the volume `/data`, run as user redis, `redis-cli` on the PATH, and reachable from other containers.
 */
export async function redisImage(tools: ProductTools): Promise<string> {
  const root = await tools.importRoot({ name: 'redis-root', packages: ['redis-server'] })
  return await tools.buildImage({ name: 'redis', contextDir: join(import.meta.dirname, 'redis'), from: root })
}
