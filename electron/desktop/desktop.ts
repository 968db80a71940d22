import type { MessagePortMain } from 'electron'
import type { SettingsStore } from '../storage/settings.ts'
import type { DesktopWindow, ElectronApi } from './electron-api.ts'
import { keepsRunning } from './keep-running.ts'
import { denyPermissions } from './lock-down.ts'
import { buildMenu } from './menu.ts'
import { type NoticeSource, tellNatively } from './native-notices.ts'
import { proxyPage, registerPageScheme, servePage } from './page-protocol.ts'
import { openTray, type Watch } from './tray.ts'
import { openWindow } from './window.ts'
import { saveWindowState } from './window-state.ts'

/** Leaving hosts in order may take this long; then the process ends anyway. */
const DISPOSE_LIMIT_MS = 4000

/** The app behind the window, as far as the window needs it. */
export interface DesktopApp {
  readonly settings: SettingsStore
  readonly onPort: (port: MessagePortMain) => void
  readonly watch: Watch
  readonly notices: NoticeSource
  /** The computer woke up: look at every connection now. */
  wake(): void
  dispose(): Promise<void>
}

export interface DesktopOptions {
  readonly preloadPath: string
  readonly pageFolder: string
  /** Where the pictures of the tray are. */
  readonly assetsFolder: string
  /** Address of the development server; ignored in a packaged app. */
  readonly developmentServer: string | undefined
  readonly platform: NodeJS.Platform
  readonly createApp: () => Promise<DesktopApp>
}

function disposeOnQuit({ app }: Pick<ElectronApi, 'app'>, desktop: DesktopApp, before: () => void): void {
  let state: 'running' | 'ending' = 'running'
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (state === 'ending') return
    state = 'ending'
    before()
    const limit = new Promise((resolve) => setTimeout(resolve, DISPOSE_LIMIT_MS))
    void Promise.race([desktop.dispose().catch(() => {}), limit]).then(() => app.exit(0))
  })
}

/** Runs the app in a window. Call it before Electron is ready; the first instance keeps running, a second one only wakes it. */
export async function startDesktop(api: ElectronApi, options: DesktopOptions): Promise<void> {
  if (!api.app.requestSingleInstanceLock()) {
    api.app.quit()
    return
  }
  registerPageScheme(api)
  await api.app.whenReady()
  const desktop = await options.createApp()
  let window: DesktopWindow | null = null
  disposeOnQuit(api, desktop, () => {
    // The app ends without closing its window first.
    if (window !== null) saveWindowState(desktop.settings, window)
  })
  denyPermissions(api)
  if (options.developmentServer !== undefined && !api.app.isPackaged) proxyPage(api, options.developmentServer)
  else servePage(api, options.pageFolder)
  api.setMenu(buildMenu(options.platform, api.app.isPackaged))
  api.powerMonitor.on('resume', () => desktop.wake())

  const show = (address?: string) => {
    if (window === null) {
      window = openWindow(api, { ...options, settings: desktop.settings, onPort: desktop.onPort, address })
      window.on('closed', () => {
        window = null
      })
      return
    }
    if (address !== undefined) void window.loadURL(address)
    if (window.isMinimized()) window.restore()
    window.focus()
  }
  const { settings, watch } = desktop
  const closeTray = openTray(api, { ...options, settings, watch, window: () => window, show: () => show() })
  const stopNotices = tellNatively(api, desktop.notices, show)
  api.app.on('before-quit', () => {
    closeTray()
    stopNotices()
  })
  api.app.on('second-instance', () => show())
  api.app.on('activate', () => show())
  api.app.on('window-all-closed', () => {
    if (options.platform !== 'darwin' && !keepsRunning(desktop.settings)) api.app.quit()
  })
  show()
}
