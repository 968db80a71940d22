import { z } from 'zod'
import type { SettingsStore } from './settings.ts'

const KEY = 'runbooks.folder'

/** Which folder of this computer holds the user's own runbooks; null where none was chosen. */
export function createFolderChoice(settings: SettingsStore) {
  return {
    get: () => settings.get(KEY, z.string().nullable()),
    set: (folder: string | null) => settings.set(KEY, folder),
  }
}
