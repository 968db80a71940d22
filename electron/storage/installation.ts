import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SettingsStore } from './settings.ts'

const KEY = 'installation'

/** The id of this data folder, made when it is first asked for: two computers may have one name, but not one folder. */
export function readInstallation(settings: SettingsStore): string {
  const known = settings.get(KEY, z.string())
  if (known !== null) return known
  const made = randomUUID()
  settings.set(KEY, made)
  return made
}
