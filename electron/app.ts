import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { AppInfo } from '../shared/contract/contract.ts'
import { type AppLog, openAppLog } from './app-log.ts'
import { type AppRouter, createRouter } from './router.ts'
import type { ReportBug } from './rpc/error-boundary.ts'
import type { Services } from './services.ts'
import { openDatabase } from './storage/database.ts'
import type { Seal } from './storage/seal.ts'
import { createSettingsStore, type SettingsStore } from './storage/settings.ts'

export interface AppOptions {
  /** Where this computer's data and the log are kept; created when missing. */
  readonly dataFolder: string
  /** Where the built-in runbooks are: `assets/`. */
  readonly assetsFolder: string
  readonly runtime: AppInfo['runtime']
  readonly version: string
  readonly seal: Seal
}

/** The running app without its surface: what a window or a web server needs to show it. */
export interface App {
  readonly router: AppRouter
  readonly settings: SettingsStore
  /** What the person should know about this start, as sentences. */
  readonly notices: readonly string[]
  readonly reportBug: ReportBug
  /** The computer woke up, or the network came back: look at every connection now. */
  wake(): void
  /** Ends every connection and everything that runs over it. Idempotent. */
  dispose(): Promise<void>
}

function bugReporter(log: AppLog): ReportBug {
  return (error, procedure) => log.error({ error, procedure }, 'unexpected error')
}

function describeApp(options: AppOptions): AppInfo {
  return {
    version: options.version,
    runtime: options.runtime,
    user: userInfo().username,
    machine: hostname(),
    dataFolder: options.dataFolder,
    vault: { available: options.seal.available, reason: options.seal.available ? null : options.seal.reason },
  }
}

/** Builds the services and wires them together. Throws `storage.failed` where the data folder cannot be used. */
export async function createApp(options: AppOptions): Promise<App> {
  const log = openAppLog(options.dataFolder)
  const { database, notice } = openDatabase(join(options.dataFolder, 'app.db'))
  const settings = createSettingsStore(database)
  const reportBug = bugReporter(log)
  const services = { app: { info: () => describeApp(options) } } as unknown as Services
  let disposed: Promise<void> | null = null
  return {
    router: createRouter(services, reportBug),
    settings,
    notices: notice === null ? [] : [notice],
    reportBug,
    wake: () => {},
    dispose: () => {
      disposed ??= Promise.resolve().then(() => database.close())
      return disposed
    },
  }
}
