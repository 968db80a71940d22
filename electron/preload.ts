import { ipcRenderer } from 'electron'

declare const window: { postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void }

// The page waits for this message (renderer/lib/transports.ts). It gets one port and nothing else of Electron or Node.
ipcRenderer.on('port', (event) => window.postMessage('slipway:port', '*', event.ports))
