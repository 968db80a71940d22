import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Menu,
  MenuItemConstructorOptions,
  MessageChannelMain,
  NativeImage,
  Notification,
  NotificationConstructorOptions,
  PowerMonitor,
  Protocol,
  SafeStorage,
  Screen,
  Session,
  Shell,
  Tray,
  WebContents,
} from 'electron'

/**
 * Everything that is used of Electron, in one place: the rest of `desktop/` takes it as an argument, and the
 * tests give it a double of the same type.
 */
export interface ElectronApi {
  readonly app: Pick<
    App,
    | 'isPackaged'
    | 'name'
    | 'whenReady'
    | 'requestSingleInstanceLock'
    | 'quit'
    | 'exit'
    | 'on'
    | 'getPath'
    | 'getAppPath'
    | 'setBadgeCount'
  >
  readonly createWindow: (options: BrowserWindowConstructorOptions) => DesktopWindow
  readonly createChannel: () => MessageChannelMain
  readonly setMenu: (template: MenuItemConstructorOptions[]) => void
  readonly buildMenu: (template: MenuItemConstructorOptions[]) => Menu
  readonly loadImage: (path: string) => NativeImage
  readonly createTray: (image: NativeImage) => DesktopTray
  readonly createNotification: (options: NotificationConstructorOptions) => DesktopNotification
  readonly protocol: Pick<Protocol, 'handle' | 'registerSchemesAsPrivileged'>
  readonly session: () => PageSession
  readonly shell: Pick<Shell, 'openExternal'>
  readonly safeStorage: Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> & {
    readonly getSelectedStorageBackend?: SafeStorage['getSelectedStorageBackend']
  }
  readonly powerMonitor: Pick<PowerMonitor, 'on'>
  readonly screen: () => Pick<Screen, 'getAllDisplays'>
}

export type PageSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>

export type PageContents = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'getURL' | 'postMessage'>

export type DesktopTray = Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'destroy' | 'on'>

export type DesktopNotification = Pick<Notification, 'show' | 'on'>

export type DesktopWindow = Pick<
  BrowserWindow,
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'restore'
  | 'isMinimized'
  | 'isMaximized'
  | 'maximize'
  | 'getNormalBounds'
  | 'on'
  | 'once'
  | 'setOverlayIcon'
> & { readonly webContents: PageContents }
