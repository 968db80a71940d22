import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Twelve hexadecimal characters over anything JSON can hold: the tag of what is made by that recipe. */
export function recipeHash(recipe: unknown): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12)
}

/** A folder's content as a hash: relative paths, executable bits and bytes, and so the same in every clone. */
export function folderHash(folder: string): string {
  const hash = createHash('sha256')
  for (const path of filesBelow(folder)) {
    const full = join(folder, path)
    const stat = lstatSync(full)
    const content = stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full)
    hash.update(`${path}\0${stat.mode & 0o100 ? 'x' : '-'}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesBelow(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name
      return entry.isDirectory() ? filesBelow(folder, path) : [path]
    })
}
