import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './child.ts'
import { findElectron } from './electron-binary.ts'

/** A server that does not answer by then is behind a closed network, and waiting longer helps nobody. */
const PROBE_LIMIT_MS = 5000
/** About 120 MB; past this the connection is too slow to wait for. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000
const DEFAULT_SOURCE = 'https://github.com/electron/electron/releases/download/'

function source(): string {
  return process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? DEFAULT_SOURCE
}

function electronVersion(): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8')).version
}

/** Null when the download can begin, else why it cannot. */
async function unreachableBecause(): Promise<string | null> {
  const address = new URL(`v${electronVersion()}/SHASUMS256.txt`, source())
  try {
    const answer = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_LIMIT_MS) })
    return answer.ok ? null : `${address.host} answered ${answer.status}`
  } catch {
    return `${address.host} cannot be reached from here`
  }
}

/** Electron's executable, downloaded where that is possible; else the reason in words. Never hangs. */
export async function ensureElectron(): Promise<{ readonly path: string } | { readonly reason: string }> {
  const present = findElectron()
  if (present !== null) return { path: present }
  const reason = await unreachableBecause()
  if (reason !== null) return { reason }
  console.log(`Downloading Electron ${electronVersion()} (once, about 120 MB)…`)
  const install = join(root, 'node_modules', 'electron', 'install.js')
  const code = await run('node', [install], { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) })
  const path = findElectron()
  return code === 0 && path !== null ? { path } : { reason: 'its download failed' }
}
