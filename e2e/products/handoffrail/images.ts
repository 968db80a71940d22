import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { postgresImage } from '../parts/postgres.ts'
import { pythonImage } from '../parts/python.ts'
import { redisImage } from '../parts/redis.ts'
import { type HandoffRailVersion, versions } from './versions.ts'

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** Makes the images of all versions, each a small layer on the same Python, and those of its database and cache. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const python = await pythonImage(tools)
  const images: ProductImage[] = []
  for (const version of versions) images.push(await buildOne(tools, python, version))
  images.push({ ref: await postgresImage(tools, '17'), repository: 'library/postgres', tags: ['17'] })
  images.push({ ref: await redisImage(tools), repository: 'library/redis', tags: ['8.0'] })
  return images
}

async function buildOne(
  tools: ProductTools,
  python: string,
  { version, changes }: HandoffRailVersion,
): Promise<ProductImage> {
  const ref = await tools.buildImage({
    name: 'handoffrail',
    contextDir: join(import.meta.dirname, 'src'),
    from: python,
    buildArgs: { VERSION: version, CHANGES: changes.join(' ') },
  })
  return { ref, repository: 'melabuilt-ai/handoffrail', tags: [version] }
}
