import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What this image is: its version, the migrations that it takes to be its own, and what went wrong with it. */
export const release = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'release.json'), 'utf8'))

export const migrationsFolder = join(import.meta.dirname, '..', 'migrations')

/** From 0.2 on sessions have runs, columns have other names, and artifacts lie in folders of their organization. */
export const hasRuns = !/^0\.1\./.test(release.version)
