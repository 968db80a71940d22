import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type {
  BrowserWindowConstructorOptions,
  MenuItemConstructorOptions,
  MessageChannelMain,
  MessagePortMain,
  NotificationConstructorOptions,
} from 'electron'
import type { DesktopWindow, ElectronApi, PageContents, PageSession } from './electron-api.ts'

type Handler = (request: Request) => Response | Promise<Response>
type OpenHandler = Parameters<PageContents['setWindowOpenHandler']>[0]
type PermissionHandlers = {
  request: Parameters<PageSession['setPermissionRequestHandler']>[0]
  check: Parameters<PageSession['setPermissionCheckHandler']>[0]
  device: Parameters<PageSession['setDevicePermissionHandler']>[0]
}

class ContentsDouble extends EventEmitter {
  url = 'app://page/'
  openHandler: OpenHandler | null = null
  readonly posted: { channel: string; message: unknown; ports: readonly MessagePortMain[] }[] = []

  getURL = () => this.url
  setWindowOpenHandler = (handler: OpenHandler) => {
    this.openHandler = handler
  }
  postMessage = (channel: string, message: unknown, ports: MessagePortMain[] = []) => {
    this.posted.push({ channel, message, ports })
  }
}

class WindowDouble extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly webContents = new ContentsDouble()
  readonly calls: string[] = []

  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
  }
  loadURL = async (url: string) => void this.calls.push(`load ${url}`)
  show = () => void this.calls.push('show')
  focus = () => void this.calls.push('focus')
  restore = () => void this.calls.push('restore')
  maximize = () => void this.calls.push('maximize')
  isMinimized = () => false
  isMaximized = () => false
  setOverlayIcon = (image: unknown, words: string) => void this.calls.push(`overlay ${image ?? 'none'}: ${words}`)
  getNormalBounds = () => ({ x: 10, y: 20, width: 1000, height: 700 })
}

/** A picture is its file's name. */
class TrayDouble extends EventEmitter {
  image: unknown
  toolTip = ''
  menu: MenuItemConstructorOptions[] = []
  isDestroyed = false

  constructor(image: unknown) {
    super()
    this.image = image
  }
  setImage = (image: unknown) => {
    this.image = image
  }
  setToolTip = (text: string) => {
    this.toolTip = text
  }
  setContextMenu = (menu: unknown) => {
    this.menu = menu as MenuItemConstructorOptions[]
  }
  destroy = () => {
    this.isDestroyed = true
  }
}

class NotificationDouble extends EventEmitter {
  readonly options: NotificationConstructorOptions
  isShown = false

  constructor(options: NotificationConstructorOptions) {
    super()
    this.options = options
  }
  show = () => {
    this.isShown = true
  }
}

/** Electron as far as `ElectronApi` goes, recording what is asked of it. Ports are Node's own, which carry real messages. */
export function createElectronDouble(options: { readonly isFirst?: boolean; readonly isPackaged?: boolean } = {}) {
  const app = new EventEmitter()
  const powerMonitor = new EventEmitter()
  const calls: string[] = []
  const windows: WindowDouble[] = []
  const opened: string[] = []
  const trays: TrayDouble[] = []
  const notifications: NotificationDouble[] = []
  const permissions: Partial<PermissionHandlers> = {}
  const pages: { handle?: Handler } = {}
  const secrets = { available: true, backend: 'gnome_libsecret' }

  const api = {
    app: Object.assign(app, {
      isPackaged: options.isPackaged ?? true,
      name: 'app',
      whenReady: async () => {},
      requestSingleInstanceLock: () => options.isFirst ?? true,
      quit: () => void calls.push('quit'),
      exit: () => void calls.push('exit'),
      getPath: () => '/nowhere',
      getAppPath: () => '/nowhere',
      setBadgeCount: (count: number) => void calls.push(`badge ${count}`),
    }),
    createWindow: (given: BrowserWindowConstructorOptions) => {
      const window = new WindowDouble(given)
      windows.push(window)
      return window as unknown as DesktopWindow
    },
    createChannel: () => new MessageChannel() as unknown as MessageChannelMain,
    setMenu: () => {},
    buildMenu: (template: MenuItemConstructorOptions[]) => template,
    loadImage: (path: string) => basename(path),
    createTray: (image: unknown) => {
      const tray = new TrayDouble(image)
      trays.push(tray)
      return tray
    },
    createNotification: (given: NotificationConstructorOptions) => {
      const notification = new NotificationDouble(given)
      notifications.push(notification)
      return notification
    },
    protocol: {
      registerSchemesAsPrivileged: () => void calls.push('scheme'),
      handle: (_scheme: string, handle: Handler) => {
        pages.handle = handle
      },
    },
    session: () =>
      ({
        setPermissionRequestHandler: (handler) => {
          permissions.request = handler
        },
        setPermissionCheckHandler: (handler) => {
          permissions.check = handler
        },
        setDevicePermissionHandler: (handler) => {
          permissions.device = handler
        },
      }) satisfies PageSession,
    shell: { openExternal: async (url: string) => void opened.push(url) },
    safeStorage: {
      isEncryptionAvailable: () => secrets.available,
      getSelectedStorageBackend: () => secrets.backend as 'gnome_libsecret',
      encryptString: (text: string) => Buffer.from(text).reverse(),
      decryptString: (sealed: Buffer) => Buffer.from(sealed).reverse().toString(),
    },
    powerMonitor: powerMonitor as unknown as ElectronApi['powerMonitor'],
    screen: () => ({ getAllDisplays: () => [] }),
  }
  const seen = { app, powerMonitor, calls, windows, opened, trays, notifications, permissions, pages, secrets }
  return { api: api as unknown as ElectronApi, ...seen }
}
