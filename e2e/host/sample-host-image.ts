import { join } from 'node:path'
import { ensureBaseRoot } from './base-root.ts'
import type { Engine } from './engine.ts'
import { buildImage, imageExists, imageId, pruneImages } from './images.ts'
import { withLock } from './lock.ts'
import { buildProductImages, type ProductImage } from './products.ts'
import { sayWhile } from './progress.ts'
import { recipeHash } from './recipe-hash.ts'
import { commitWithRegistry } from './registry-storage.ts'

const name = 'sample-host'
let known: Promise<string> | undefined

/**
 * The image that sample hosts are started from: the Debian root, its configuration, and a registry already filled
 * with every version of every sample product. Made when something it is made of has changed. Returns its name.
 */
export function ensureSampleHostImage(engine: Engine): Promise<string> {
  known ??= makeSampleHostImage(engine).catch((error: unknown) => {
    known = undefined
    throw error
  })
  return known
}

async function makeSampleHostImage(engine: Engine): Promise<string> {
  const contextDir = join(import.meta.dirname, 'image')
  const plain = await buildImage(engine, { name: `${name}-plain`, contextDir, from: await ensureBaseRoot(engine) })
  const products = await buildProductImages(engine)
  const image = `slipway/${name}:${recipeHash({ plain, products: await identify(engine, products) })}`
  if (await imageExists(engine, image)) return image
  await withLock('sample-host-image', async () => {
    if (await imageExists(engine, image)) return
    const made = await sayWhile(`filling the registry with ${products.length} product images`, () =>
      commitWithRegistry(engine, plain, products),
    )
    await engine.docker(['tag', made, image])
    await pruneImages(engine, name)
    await pruneImages(engine, `${name}-plain`)
    await pruneImages(engine, `${name}-base`)
  })
  return image
}

function identify(engine: Engine, products: readonly ProductImage[]) {
  return Promise.all(
    products.map(async ({ ref, repository, tags }) => ({ id: await imageId(engine, ref), repository, tags })),
  )
}
