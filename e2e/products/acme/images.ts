import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { nodeServiceImage } from '../parts/node.ts'
import { postgresImage } from '../parts/postgres.ts'
import { versions } from './versions.ts'

const source = join(import.meta.dirname, 'src')
/** One variable pins all of them. */
const repositories = ['acme/api', 'acme/migrate', 'acme/agent-small', 'acme/agent-large']

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** The same small image for every part of the product: what it does is the command's business. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const images: ProductImage[] = [
    { ref: await postgresImage(tools, '17'), repository: 'acme/postgres', tags: ['17'] },
    { ref: await postgresImage(tools, '15'), repository: 'acme/postgres', tags: ['15', '15.1.0'] },
  ]
  const packages = await nodeServiceImage(tools, 'acme', source)
  const shared = await tools.buildImage({ name: 'acme-shared', contextDir: source, from: packages })
  for (const { version, schema, mistake } of versions) {
    const ref = await tools.buildImage({
      name: 'acme',
      contextDir: source,
      dockerfile: 'release.Dockerfile',
      from: shared,
      buildArgs: { VERSION: version, SCHEMA: String(schema), MISTAKE: mistake ?? '' },
    })
    images.push(...repositories.map((repository) => ({ ref, repository, tags: [version] })))
  }
  return images
}
