import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { postgresImage } from '../parts/postgres.ts'
import { redisImage } from '../parts/redis.ts'
import { s3Image } from '../parts/s3.ts'
import { versions } from './versions.ts'

/** The stack needs no options. */
export const upArgs: readonly string[] = []

/** The web service is made on the database's image, for its client and its shell: there is nothing else to it. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const postgres = await postgresImage(tools, '17')
  const images: ProductImage[] = [
    { ref: postgres, repository: 'acme/ledger-db', tags: ['17'] },
    { ref: await redisImage(tools), repository: 'acme/ledger-cache', tags: ['8'] },
    { ref: await s3Image(tools, 'minio'), repository: 'acme/ledger-storage', tags: ['1'] },
  ]
  for (const { version, schema, mistake } of versions) {
    const ref = await tools.buildImage({
      name: 'ledger-web',
      contextDir: join(import.meta.dirname, 'web'),
      from: postgres,
      buildArgs: { VERSION: version, SCHEMA: String(schema), MISTAKE: mistake ?? '' },
    })
    images.push({ ref, repository: 'acme/ledger-web', tags: [version] })
  }
  return images
}
