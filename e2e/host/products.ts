import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Semaphore } from '../../electron/hosts/semaphore.ts'
import type { Engine } from './engine.ts'
import { buildImage, type ImageRecipe } from './images.ts'
import { productsFolder } from './paths.ts'
import { say } from './progress.ts'
import { importRoot, type RootRecipe } from './roots.ts'

/** One image of a product, and where it is published in the sample host's registry. */
export type ProductImage = {
  /** The image in the outer engine. */
  readonly ref: string
  /** Where it is published, without registry and tag: `mattmezza/monlight/error-tracker`. */
  readonly repository: string
  readonly tags: readonly string[]
}

/** What a product's `images.ts` gets to make its images with; all of it is cached by content. */
export type ProductTools = {
  /** Makes a Debian root with these packages, and returns the image's name. */
  importRoot(recipe: RootRecipe): Promise<string>
  /** Builds an image from a folder, and returns its name. */
  buildImage(recipe: ImageRecipe): Promise<string>
  /** Tells the person at the terminal what takes time. */
  say(line: string): void
}

/** What a product's `images.ts` exports. */
export type ProductModule = {
  buildImages(engine: Engine, tools: ProductTools): Promise<readonly ProductImage[]>
  /** Global options of `docker compose` when its stack is brought up, such as `--env-file secrets.env`. */
  readonly upArgs?: readonly string[]
  /** What has to be on the host before its stack comes up, made by its user: networks and volumes from outside. */
  prepare?(docker: HostDocker): Promise<void>
}

/** Runs the Docker CLI on a sample host as whoever may use Docker there, and throws when it fails. */
export type HostDocker = (argv: readonly string[]) => Promise<unknown>

/** A sample product: a folder below `e2e/products`. */
export type Product = { readonly name: string; readonly folder: string; readonly module: ProductModule }

/** All sample products, in the order of their names. */
export async function findProducts(): Promise<readonly Product[]> {
  if (!existsSync(productsFolder)) return []
  const names = readdirSync(productsFolder).sort()
  const withImages = names.filter((name) => existsSync(join(productsFolder, name, 'images.ts')))
  return await Promise.all(withImages.map(loadProduct))
}

/** The product of that name; an error that lists the ones there are, if it is not among them. */
export async function findProduct(name: string): Promise<Product> {
  const products = await findProducts()
  const product = products.find((candidate) => candidate.name === name)
  if (product) return product
  const known = products.map((candidate) => candidate.name).join(', ') || 'none'
  throw new Error(`There is no sample product ${name} in e2e/products (there are: ${known}).`)
}

/** Makes every image of every product that is not there yet. */
export async function buildProductImages(engine: Engine): Promise<readonly ProductImage[]> {
  const tools = createProductTools(engine)
  const products = await findProducts()
  return (await Promise.all(products.map(({ module }) => module.buildImages(engine, tools)))).flat()
}

/**
 * The tools with which products make their images in that engine: as many at a time as there are cores, and what
 * several products want only once.
 */
export function createProductTools(engine: Engine): ProductTools {
  const places = new Semaphore(availableParallelism())
  const makeOnce = <Recipe>(make: (engine: Engine, recipe: Recipe) => Promise<string>) => {
    const made = new Map<string, Promise<string>>()
    const makeInPlace = async (recipe: Recipe) => {
      const release = await places.acquire()
      return make(engine, recipe).finally(release)
    }
    return (recipe: Recipe): Promise<string> => {
      const key = JSON.stringify(recipe)
      const image = made.get(key) ?? makeInPlace(recipe)
      made.set(key, image)
      return image
    }
  }
  return { importRoot: makeOnce(importRoot), buildImage: makeOnce(buildImage), say }
}

async function loadProduct(name: string): Promise<Product> {
  const folder = join(productsFolder, name)
  const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'images.ts')).href)) as ProductModule
  return { name, folder, module }
}
