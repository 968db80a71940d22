import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { busyboxImage } from '../parts/busybox.ts'
import { nodeServiceImage } from '../parts/node.ts'
import { postgresImage } from '../parts/postgres.ts'
import { redisImage } from '../parts/redis.ts'
import { s3Image } from '../parts/s3.ts'
import { type AppstrateVersion, runnerImages, versions } from './versions.ts'

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** Makes the images of all versions, and those of the database, the queue and the bucket. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const images: ProductImage[] = [
    { ref: await postgresImage(tools, '17'), repository: 'library/postgres', tags: ['17'] },
    { ref: await redisImage(tools), repository: 'library/redis', tags: ['8.0'] },
    { ref: await s3Image(tools, 'minio'), repository: 'minio/minio', tags: ['RELEASE.2025-03-12T18-04-18Z'] },
    { ref: await s3Image(tools, 'mc'), repository: 'minio/mc', tags: ['RELEASE.2025-03-12T17-29-24Z'] },
  ]
  const code = await tools.buildImage({
    name: 'appstrate-code',
    contextDir: source('api'),
    dockerfile: join(import.meta.dirname, 'image', 'code.Dockerfile'),
    from: await nodeServiceImage(tools, 'appstrate', source('api')),
  })
  for (const version of versions) {
    images.push(await buildApi(tools, code, version), ...(await buildRunners(tools, version)))
  }
  return images
}

function source(name: string): string {
  return join(import.meta.dirname, 'src', name)
}

async function buildApi(tools: ProductTools, code: string, version: AppstrateVersion): Promise<ProductImage> {
  const ref = await tools.buildImage({
    name: 'appstrate',
    contextDir: join(import.meta.dirname, 'image'),
    from: code,
    buildArgs: { BUILD: JSON.stringify(version), VERSION: version.version, MIGRATIONS: String(version.migrations) },
  })
  return { ref, repository: 'appstrate/appstrate', tags: [version.version, `sha-${version.commit}`] }
}

/** One small image of that version, published under all seven names. */
async function buildRunners(tools: ProductTools, { version }: AppstrateVersion): Promise<ProductImage[]> {
  const ref = await tools.buildImage({
    name: 'appstrate-runner',
    contextDir: source('runner'),
    from: await busyboxImage(tools),
    buildArgs: { VERSION: version },
  })
  return runnerImages.map((name) => ({ ref, repository: `appstrate/${name}`, tags: [version] }))
}
