import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the app keeps its data on this computer: the same folder that Electron takes for an app of this name. */
export function defaultDataFolder(
  name: string,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), name)
}
