import { z } from 'zod'
import type { SettingsStore } from '../storage/settings.ts'

const KEY = 'keep-running'

/** Whether the app goes on watching when its window is closed. */
export function keepsRunning(settings: SettingsStore): boolean {
  return settings.get(KEY, z.boolean()) ?? true
}

export function setKeepsRunning(settings: SettingsStore, value: boolean): void {
  settings.set(KEY, value)
}
