import { appendToName } from '../cut-name.ts'
import type { RestoreRequest } from '../kind.ts'

/** Where a database is restored to before it takes its place. */
export function restoredName(database: string, { mark }: RestoreRequest): string {
  return appendToName(database, `_slipway_new_${mark}`, '~')
}

/** What the replaced database is called from then on. */
export function replacedName(database: string, { mark }: RestoreRequest): string {
  return appendToName(database, `_slipway_${mark}`, '~')
}

/** Whether a name is one that a restore has given to what it replaced: nothing else may be dropped. */
export function isReplacedName(name: string): boolean {
  return /_slipway_\d{8}T\d{6}Z-[a-z0-9-]+$/.test(name)
}
