import { hasDisplay } from '../electron/web/open-browser.ts'
import { ensureElectron } from './electron-download.ts'

/** Where the app can be shown on this machine: in its own window, or, with the reason, in a browser. */
export async function chooseRuntime(): Promise<{ readonly electron: string } | { readonly reason: string }> {
  if (!hasDisplay()) return { reason: 'there is no display for a window' }
  // Electron would have to give up its sandbox.
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'a window must not run as root' }
  const found = await ensureElectron()
  return 'path' in found ? { electron: found.path } : { reason: `Electron is not here and ${found.reason}` }
}

/** The one line that says why there is no window. */
export function sayBrowser(reason: string): void {
  console.log(`Opening in the browser instead of a window: ${reason}.`)
}
