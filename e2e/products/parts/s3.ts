import { join } from 'node:path'
import type { ProductTools } from '../../host/products.ts'
import { nodeImage } from './node.ts'

/** A small S3 server (`minio server /data`), or its client (`mc`): neither is in Debian or the npm registry. */
export async function s3Image(tools: ProductTools, program: 'minio' | 'mc'): Promise<string> {
  return await tools.buildImage({
    name: `s3-${program}`,
    contextDir: join(import.meta.dirname, 's3'),
    from: await nodeImage(tools),
    buildArgs: { PROGRAM: program },
  })
}
