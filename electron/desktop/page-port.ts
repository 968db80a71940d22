import type { MessagePortMain } from 'electron'
import type { DesktopWindow, ElectronApi } from './electron-api.ts'
import { isOwnPage } from './page-protocol.ts'

/** The channel on which the preload waits for the port. */
export const PORT_CHANNEL = 'port'

/**
 * Gives the page its connection to the main process each time it has loaded, and ends the one before it. The
 * port goes to the main frame, and only while that shows our own page.
 */
export function givePortOnLoad(
  { createChannel }: Pick<ElectronApi, 'createChannel'>,
  window: DesktopWindow,
  onPort: (port: MessagePortMain) => void,
): void {
  let current: MessagePortMain | null = null
  const end = () => {
    current?.close()
    current = null
  }
  window.webContents.on('did-finish-load', () => {
    end()
    if (!isOwnPage(window.webContents.getURL())) return
    const { port1, port2 } = createChannel()
    current = port1
    onPort(port1)
    port1.start()
    window.webContents.postMessage(PORT_CHANNEL, null, [port2])
  })
  window.webContents.on('render-process-gone', end)
  window.on('closed', end)
}
