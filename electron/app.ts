import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { AppInfo } from '../shared/contract/contract.ts'
import { type AppLog, openAppLog } from './app-log.ts'
import { HostService } from './hosts/host-service.ts'
import { type AppRouter, createRouter } from './router.ts'
import type { ReportBug } from './rpc/error-boundary.ts'
import type { Services } from './services.ts'
import { openSession } from './stacks/open-session.ts'
import { describeLibrary } from './stacks/runbook-library.ts'
import { createRunbookReader, type RunbookReader } from './stacks/runbook-reader.ts'
import { SessionService } from './stacks/sessions.ts'
import { StackService } from './stacks/stack-service.ts'
import { openDatabase } from './storage/database.ts'
import type { Seal } from './storage/seal.ts'
import { createSealedVault } from './storage/sealed-vault.ts'
import { createSettingsStore, type SettingsStore } from './storage/settings.ts'
import { createHostStore } from './storage/stored-hosts.ts'
import { createStackStore } from './storage/stored-stacks.ts'

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
  const hosts = new HostService({
    store: createHostStore(database),
    vault: createSealedVault(database, options.seal),
    knownHostsFile: join(options.dataFolder, 'known_hosts'),
  })
  const sessions = new SessionService(hosts, openSession)
  const runbooks = createRunbookReader({
    builtIn: join(options.assetsFolder, 'runbooks'),
    user: join(options.dataFolder, 'runbooks'),
  })
  const stacks = new StackService(sessions, runbooks, createStackStore(database))
  const services = fitServices(options, { hosts, sessions, stacks, runbooks })
  const reportBug = bugReporter(log)
  let disposed: Promise<void> | null = null
  return {
    router: createRouter(services, reportBug),
    settings: createSettingsStore(database),
    notices: notice === null ? [] : [notice],
    reportBug,
    wake: () => hosts.wake(),
    dispose: () => {
      disposed ??= hosts.dispose().finally(() => database.close())
      return disposed
    },
  }
}

interface Parts {
  readonly hosts: HostService
  readonly sessions: SessionService
  readonly stacks: StackService
  readonly runbooks: RunbookReader
}

/** The services in the shape in which the router calls them. */
function fitServices(options: AppOptions, { hosts, sessions, stacks, runbooks }: Parts): Services {
  return {
    app: { info: () => describeApp(options) },
    hosts: {
      watchAll: (signal) => sessions.watchHosts(signal),
      add: async (label, target) => ({ ...(await hosts.add(label, target)), engine: { kind: 'unknown' } }),
      rename: (hostId, label) => hosts.rename(hostId, label),
      remove: (hostId) => hosts.remove(hostId),
      connect: (hostId) => hosts.connect(hostId),
      disconnect: (hostId) => hosts.disconnect(hostId),
      answer: (hostId, questionId, answer) => hosts.answer(hostId, questionId, answer),
      forgetSecrets: (hostId) => hosts.forgetSecrets(hostId),
      setSudo: (hostId, usesSudo) => hosts.setSudo(hostId, usesSudo),
      sshConfig: () => hosts.sshConfig(),
    },
    stacks: {
      addDirectory: (hostId, directory) => stacks.addDirectory(hostId, directory),
      versions: (ref, names, signal) => stacks.versions(ref, names, { signal }),
    } as Services['stacks'],
    operations: {} as Services['operations'],
    runbooks: { list: async () => describeLibrary(await runbooks.read()) },
  }
}
