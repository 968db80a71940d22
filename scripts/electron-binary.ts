import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './child.ts'

const folder = join(root, 'node_modules', 'electron')

/** Path of Electron's executable, or null where it was not downloaded (yet). Never downloads. */
export function findElectron(): string | null {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  try {
    const path = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}
