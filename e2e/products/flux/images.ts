import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Engine } from '../../host/engine.ts'
import type { HostDocker, ProductImage, ProductTools } from '../../host/products.ts'
import { nodeServiceImage } from '../parts/node.ts'
import { postgresImage } from '../parts/postgres.ts'
import { type FluxVersion, versions } from './versions.ts'

/** All services but PostgreSQL share one root, which is pulled once. */
const packages = [
  'nodejs',
  'postgresql-client-17',
  'docker-cli',
  'pgbouncer',
  'nginx-light',
  'openssl',
  'ca-certificates',
]
const imageFolder = join(import.meta.dirname, 'image')
const builtAt = '2026-08-14T09:30:00.000Z'

/** The stack's `.env` has all that Compose needs. */
export const upArgs: readonly string[] = []

/** The network and the volume that the product's compose files expect from outside. */
export async function prepare(docker: HostDocker): Promise<void> {
  await docker(['network', 'create', 'flux-network'])
  await docker(['volume', 'create', 'flux-traefik-dynamic'])
}

/** Makes the images of all versions of the control plane and the gateway, and of what stands around them. */
export async function buildImages(_engine: Engine, tools: ProductTools): Promise<ProductImage[]> {
  const root = await tools.importRoot({ name: 'flux-root', packages })
  const services = await buildServices(tools, root)
  const images: ProductImage[] = [
    { ref: await postgresImage(tools, '17'), repository: 'library/postgres', tags: ['17'] },
    { ref: await buildPart(tools, 'postgrest', services), repository: 'postgrest/postgrest', tags: ['v12.2.12'] },
    { ref: await buildPart(tools, 'pgbouncer', root), repository: 'edoburu/pgbouncer', tags: ['v1.24.1-p1'] },
    { ref: await buildPart(tools, 'edge', root), repository: 'justinkemersion/flux-edge', tags: ['1'] },
  ]
  for (const version of versions) {
    for (const service of ['web', 'gateway'] as const)
      images.push(await buildVersion(tools, services, service, version))
  }
  return images
}

async function buildServices(tools: ProductTools, root: string): Promise<string> {
  const source = join(import.meta.dirname, 'src')
  const npmPackages = await nodeServiceImage(tools, 'flux', source)
  return await tools.buildImage({
    name: 'flux-services',
    contextDir: source,
    dockerfile: join(imageFolder, 'services.Dockerfile'),
    from: npmPackages,
    buildArgs: { ROOT: root },
  })
}

function buildPart(tools: ProductTools, name: string, from: string): Promise<string> {
  return tools.buildImage({ name: `flux-${name}`, contextDir: imageFolder, dockerfile: `${name}.Dockerfile`, from })
}

async function buildVersion(
  tools: ProductTools,
  services: string,
  service: 'web' | 'gateway',
  { version, schema, mistake, alsoTagged = [] }: FluxVersion,
): Promise<ProductImage> {
  const sourceSha = createHash('sha1').update(version).digest('hex')
  const ref = await tools.buildImage({
    name: `flux-${service}`,
    contextDir: imageFolder,
    dockerfile: `${service}.Dockerfile`,
    from: services,
    buildArgs: { BUILD: JSON.stringify({ version, sourceSha, builtAt, schema, mistake }) },
  })
  return { ref, repository: `justinkemersion/flux-${service}`, tags: [version, ...alsoTagged] }
}
