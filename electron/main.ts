import { join } from 'node:path'
import { RPCHandler } from '@orpc/server/message-port'
import {
  app,
  BrowserWindow,
  dialog,
  Menu,
  MessageChannelMain,
  Notification,
  nativeImage,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
} from 'electron'
import product from '../package.json' with { type: 'json' }
import { createApp } from './app.ts'
import { startDesktop } from './desktop/desktop.ts'
import type { ElectronApi } from './desktop/electron-api.ts'
import { sealWithSafeStorage } from './desktop/safe-storage-seal.ts'

const api: ElectronApi = {
  app,
  createWindow: (options) => new BrowserWindow(options),
  createChannel: () => new MessageChannelMain(),
  setMenu: (template) => Menu.setApplicationMenu(Menu.buildFromTemplate(template)),
  buildMenu: (template) => Menu.buildFromTemplate(template),
  loadImage: (path) => nativeImage.createFromPath(path),
  createTray: (image) => new Tray(image),
  createNotification: (options) => new Notification(options),
  protocol,
  session: () => session.defaultSession,
  shell,
  safeStorage,
  powerMonitor,
  screen: () => screen,
}

async function createDesktopApp() {
  const main = await createApp({
    dataFolder: app.getPath('userData'),
    assetsFolder: join(app.getAppPath(), 'assets'),
    runtime: 'electron',
    version: product.version,
    seal: sealWithSafeStorage(api, process.platform),
  })
  const handler = new RPCHandler(main.router)
  process.on('unhandledRejection', (error) => main.reportBug(error, 'unhandled rejection'))
  for (const notice of main.notices) dialog.showErrorBox(app.name, notice)
  return {
    settings: main.settings,
    watch: main.monitor,
    notices: main.news,
    onPort: (port: Electron.MessagePortMain) => handler.upgrade(port),
    wake: () => main.wake(),
    dispose: () => main.dispose(),
  }
}

startDesktop(api, {
  preloadPath: join(import.meta.dirname, '..', 'preload', 'preload.cjs'),
  assetsFolder: join(app.getAppPath(), 'assets'),
  pageFolder: join(import.meta.dirname, '..', 'renderer'),
  developmentServer: process.env.ELECTRON_RENDERER_URL,
  platform: process.platform,
  createApp: createDesktopApp,
}).catch((error: unknown) => {
  dialog.showErrorBox(app.name, error instanceof Error ? error.message : String(error))
  app.exit(1)
})
