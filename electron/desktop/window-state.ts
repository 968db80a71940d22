import { z } from 'zod'
import type { SettingsStore } from '../storage/settings.ts'
import type { DesktopWindow, ElectronApi } from './electron-api.ts'

const KEY = 'window'
const DEFAULT_SIZE = { width: 1280, height: 860 }

const windowStateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(480),
  height: z.number().int().min(360),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof windowStateSchema>

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Whether enough of the title bar is on a screen to be grabbed. */
export function isReachable(state: Area, areas: readonly Area[]): boolean {
  const GRAB = 80
  return areas.some(
    (area) =>
      state.x + state.width - GRAB > area.x &&
      state.x + GRAB < area.x + area.width &&
      state.y >= area.y &&
      state.y + GRAB < area.y + area.height,
  )
}

/** Where the window was last, or the default where that screen is gone. */
export function readWindowState(settings: SettingsStore, { screen }: Pick<ElectronApi, 'screen'>) {
  const state = settings.get(KEY, windowStateSchema)
  const areas = screen()
    .getAllDisplays()
    .map((display) => display.workArea)
  if (state === null || !isReachable(state, areas))
    return { bounds: DEFAULT_SIZE, maximized: state?.maximized ?? false }
  const { maximized, ...bounds } = state
  return { bounds, maximized }
}

/** Remembers the window's place. */
export function saveWindowState(settings: SettingsStore, window: DesktopWindow): void {
  const { x, y, width, height } = window.getNormalBounds()
  settings.set(KEY, { x, y, width, height, maximized: window.isMaximized() } satisfies WindowState)
}
