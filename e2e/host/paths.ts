import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The repository's root folder. */
export const repositoryFolder = join(import.meta.dirname, '..', '..')

/** Where the sample products live; each folder with an `images.ts` is one product. */
export const productsFolder = join(repositoryFolder, 'e2e', 'products')

/**
 * The folder for everything that is made once and kept between runs, or its named part.
 * `SLIPWAY_CACHE` and `XDG_CACHE_HOME` move it. It is created on first use, for this user only.
 */
export function cacheFolder(...parts: string[]): string {
  const home = process.env.SLIPWAY_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(home, 'slipway', ...parts)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
