import type { ElectronApi, PageContents } from './electron-api.ts'
import { isAllowedExternalLink } from './external-links.ts'
import { isOwnPage } from './page-protocol.ts'

/** Keeps a page where it is: no navigation away, no new windows, no embedded guests. Checked links open in the browser. */
export function lockDownContents({ shell }: Pick<ElectronApi, 'shell'>, contents: PageContents): void {
  const openOutside = (address: string) => {
    if (isAllowedExternalLink(address)) void shell.openExternal(address)
  }
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** The app asks for no camera, location or device, so every such request is somebody else's. Writing to the clipboard is ours. */
export function denyPermissions({ session }: Pick<ElectronApi, 'session'>): void {
  const isAllowed = (permission: string) => permission === 'clipboard-sanitized-write'
  const current = session()
  current.setPermissionRequestHandler((_contents, permission, answer) => answer(isAllowed(permission)))
  current.setPermissionCheckHandler((_contents, permission) => isAllowed(permission))
  current.setDevicePermissionHandler(() => false)
}
