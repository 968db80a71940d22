import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { busyboxImage } from '../parts/busybox.ts'
import { nodeServiceImage } from '../parts/node.ts'
import { postgresImage } from '../parts/postgres.ts'
import { type BrittleVersion, versions } from './versions.ts'

const hubFolder = join(import.meta.dirname, 'hub')

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** Makes the hub in all its versions, and what stands around it. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  return [
    { ref: await postgresImage(tools, '17'), repository: 'library/postgres', tags: ['17'] },
    { ref: await busyboxImage(tools), repository: 'library/alpine', tags: ['3'] },
    { ref: await caddyImage(tools), repository: 'library/caddy', tags: ['2-alpine'] },
    ...(await hubImages(tools)),
  ]
}

async function caddyImage(tools: ProductTools): Promise<string> {
  const root = await tools.importRoot({ name: 'caddy-root', packages: ['caddy', 'ca-certificates'] })
  return await tools.buildImage({ name: 'caddy', contextDir: join(import.meta.dirname, 'caddy'), from: root })
}

async function hubImages(tools: ProductTools): Promise<ProductImage[]> {
  const packages = await nodeServiceImage(tools, 'brittle', hubFolder)
  const shared = await tools.buildImage({ name: 'brittle-shared', contextDir: hubFolder, from: packages })
  const images: ProductImage[] = []
  for (const version of versions) images.push(await hubImage(tools, shared, version))
  return images
}

async function hubImage(
  tools: ProductTools,
  shared: string,
  { version, migrations, mistake, alsoTagged = [] }: BrittleVersion,
): Promise<ProductImage> {
  const ref = await tools.buildImage({
    name: 'brittle',
    contextDir: hubFolder,
    dockerfile: 'release.Dockerfile',
    from: shared,
    buildArgs: { VERSION: version, MIGRATIONS: String(migrations), MISTAKE: mistake ?? '' },
  })
  return { ref, repository: 'brittlehq/brittle', tags: [version, ...alsoTagged] }
}
