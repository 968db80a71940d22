import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBaseRoot } from './base-root.ts'
import type { Engine } from './engine.ts'
import { buildImage, imageExists, imageId, pruneImages } from './images.ts'
import { withLock } from './lock.ts'
import { cacheFolder, productsFolder } from './paths.ts'
import { buildProductImages, type ProductImage } from './products.ts'
import { sayWhile } from './progress.ts'
import { folderHash, recipeHash } from './recipe-hash.ts'
import { commitWithRegistry } from './registry-storage.ts'

const name = 'sample-host'
let known: Promise<string> | undefined

/**
 * The image that sample hosts are started from: the Debian root, its configuration, and a registry already filled
 * with every version of every sample product. Made when something it is made of has changed. Returns its name.
 */
export function ensureSampleHostImage(engine: Engine): Promise<string> {
  known ??= findOrMake(engine).catch((error: unknown) => {
    known = undefined
    throw error
  })
  return known
}

async function findOrMake(engine: Engine): Promise<string> {
  const kept = await findKept(engine)
  if (kept) return kept
  return await withLock('sample-host-image', async () => (await findKept(engine)) ?? (await make(engine)))
}

async function make(engine: Engine): Promise<string> {
  const sources = sourcesHash()
  const [plain, products] = await Promise.all([buildPlain(engine), buildProductImages(engine)])
  const image = `slipway/${name}:${recipeHash({ plain, products: await identify(engine, products) })}`
  if (!(await imageExists(engine, image))) await fillRegistry(engine, plain, products, image)
  writeFileSync(keptPath(sources), image)
  return image
}

async function buildPlain(engine: Engine): Promise<string> {
  const contextDir = join(import.meta.dirname, 'image')
  return await buildImage(engine, { name: `${name}-plain`, contextDir, from: await ensureBaseRoot(engine) })
}

async function fillRegistry(engine: Engine, plain: string, products: readonly ProductImage[], image: string) {
  const what = `filling the registry with ${products.length} product images`
  const made = await sayWhile(what, () => commitWithRegistry(engine, plain, products))
  await engine.docker(['tag', made, image])
  for (const old of [name, `${name}-plain`, `${name}-base`]) await pruneImages(engine, old)
}

/**
 * The image that was made from the very same sources, by name: asking the engine about every image that it is made of
 * would cost each start a second.
 */
async function findKept(engine: Engine): Promise<string | undefined> {
  const path = keptPath(sourcesHash())
  const image = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return image !== '' && (await imageExists(engine, image)) ? image : undefined
}

function keptPath(sources: string): string {
  return join(cacheFolder('sample-host-images'), sources)
}

function sourcesHash(): string {
  return recipeHash(
    [import.meta.dirname, productsFolder].map((folder) => (existsSync(folder) ? folderHash(folder) : '')),
  )
}

function identify(engine: Engine, products: readonly ProductImage[]) {
  return Promise.all(
    products.map(async ({ ref, repository, tags }) => ({ id: await imageId(engine, ref), repository, tags })),
  )
}
