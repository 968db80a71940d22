import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  MenuItemConstructorOptions,
  MessageChannelMain,
  PowerMonitor,
  Protocol,
  SafeStorage,
  Screen,
  Session,
  Shell,
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
  >
  readonly createWindow: (options: BrowserWindowConstructorOptions) => DesktopWindow
  readonly createChannel: () => MessageChannelMain
  readonly setMenu: (template: MenuItemConstructorOptions[]) => void
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
> & { readonly webContents: PageContents }
