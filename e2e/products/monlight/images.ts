import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { ProductImage, ProductTools } from '../../host/products.ts'
import { type MonlightVersion, type Service, services, versions } from './versions.ts'

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** Makes the images of all versions of the four services: all programs are compiled once, then put into images. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const toolchain = await tools.importRoot({
    name: 'monlight-toolchain',
    packages: ['gcc', 'libc6-dev', 'libsqlite3-dev', 'make'],
  })
  const programs = await tools.buildImage({
    name: 'monlight-programs',
    contextDir: join(import.meta.dirname, 'src'),
    from: toolchain,
    buildArgs: { VERSIONS: versions.map(formatVersion).join(' ') },
  })
  const images: ProductImage[] = []
  for (const version of versions) {
    for (const service of services) images.push(await buildOne(tools, programs, service, version))
  }
  return images
}

/** As `src/build-all` reads it. */
function formatVersion({ version, schema, mistake }: MonlightVersion): string {
  return `${version}:${schema}:${mistake ?? ''}`
}

async function buildOne(
  tools: ProductTools,
  programs: string,
  service: Service,
  { version, alsoTagged = [] }: MonlightVersion,
): Promise<ProductImage> {
  const ref = await tools.buildImage({
    name: `monlight-${service}`,
    contextDir: join(import.meta.dirname, 'image'),
    dockerfile: `${service}.Dockerfile`,
    from: programs,
    buildArgs: { VERSION: version },
  })
  return { ref, repository: `mattmezza/monlight/${service}`, tags: [version, ...alsoTagged] }
}
