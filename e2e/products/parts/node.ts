import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../../host/lock.ts'
import { cacheFolder } from '../../host/paths.ts'
import type { ProductTools } from '../../host/products.ts'
import { sayWhile } from '../../host/progress.ts'
import { run } from '../../host/run.ts'

/** Debian's Node.js, with a user `node` of id 1000 as the official image has it; returns the image's name. */
export async function nodeImage(tools: ProductTools): Promise<string> {
  const root = await tools.importRoot({ name: 'node-root', packages: ['nodejs', 'ca-certificates', 'wget'] })
  return await tools.buildImage({ name: 'node', contextDir: join(import.meta.dirname, 'node'), from: root })
}

/**
 * The Node.js image with the packages of a service in `/app/node_modules`: exactly those of the `package-lock.json`
 * that lies in the folder beside its `package.json`. They are fetched on this machine, by its npm and its registry.
 */
export async function nodeServiceImage(tools: ProductTools, name: string, folder: string): Promise<string> {
  const contextDir = await installPackages(folder)
  const dockerfile = join(import.meta.dirname, 'node', 'packages.Dockerfile')
  return await tools.buildImage({ name: `${name}-packages`, contextDir, dockerfile, from: await nodeImage(tools) })
}

/** A cached folder with nothing but both files and `node_modules`. It appears whole or not at all. */
async function installPackages(folder: string): Promise<string> {
  const names = ['package.json', 'package-lock.json']
  const hash = createHash('sha256')
  for (const name of names) hash.update(readFileSync(join(folder, name)))
  const place = join(cacheFolder('node-packages'), hash.digest('hex').slice(0, 12))
  if (existsSync(place)) return place
  await withLock('node-packages', async () => {
    if (existsSync(place)) return
    const unfinished = `${place}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished)
    for (const name of names) cpSync(join(folder, name), join(unfinished, name))
    const argv = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']
    await sayWhile('fetching npm packages of a sample product', () => run('npm', argv, { cwd: unfinished }))
    renameSync(unfinished, place)
  })
  return place
}
