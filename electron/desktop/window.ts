import type { MessagePortMain } from 'electron'
import type { SettingsStore } from '../storage/settings.ts'
import type { DesktopWindow, ElectronApi } from './electron-api.ts'
import { lockDownContents } from './lock-down.ts'
import { givePortOnLoad } from './page-port.ts'
import { PAGE_ORIGIN } from './page-protocol.ts'
import { readWindowState, saveWindowState } from './window-state.ts'

export interface WindowOptions {
  readonly preloadPath: string
  readonly settings: SettingsStore
  readonly onPort: (port: MessagePortMain) => void
  /** Where in the page to begin; undefined: at its beginning. */
  readonly address?: string | undefined
}

/** Opens the window on our page: isolated, sandboxed, without Node, and unable to go elsewhere. */
export function openWindow(api: ElectronApi, options: WindowOptions): DesktopWindow {
  const { bounds, maximized } = readWindowState(options.settings, api)
  const window = api.createWindow({
    ...bounds,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: api.app.name,
    webPreferences: {
      preload: options.preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: !api.app.isPackaged,
    },
  })
  lockDownContents(api, window.webContents)
  givePortOnLoad(api, window, options.onPort)
  window.on('close', () => saveWindowState(options.settings, window))
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  void window.loadURL(options.address ?? `${PAGE_ORIGIN}/`)
  return window
}
