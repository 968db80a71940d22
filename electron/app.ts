import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { AppInfo } from '../shared/contract/contract.ts'
import type { Owner } from '../shared/contract/operations.ts'
import type { StackRef } from '../shared/contract/stacks.ts'
import { type AppLog, openAppLog } from './app-log.ts'
import { fitServices } from './fit-services.ts'
import { HealthService } from './health/health-service.ts'
import { type MonitorOptions, MonitorService } from './health/over-time/monitor-service.ts'
import { HostService } from './hosts/host-service.ts'
import { LogService } from './logs/log-service.ts'
import { LogSettings } from './logs/log-settings.ts'
import { Notices } from './notices/notices.ts'
import { askData } from './operations/ask-data.ts'
import { OperationMarks } from './operations/operation-marks.ts'
import { createOperationPorts } from './operations/operation-ports.ts'
import { OperationService } from './operations/operation-service.ts'
import { createOwner } from './operations/owner.ts'
import { type AppRouter, createRouter } from './router.ts'
import type { ReportBug } from './rpc/error-boundary.ts'
import { openSession } from './stacks/open-session.ts'
import { RunbookReader } from './stacks/runbook-reader.ts'
import { SessionService } from './stacks/sessions.ts'
import { StackService } from './stacks/stack-service.ts'
import { openDatabase } from './storage/database.ts'
import { readInstallation } from './storage/installation.ts'
import { createFolderChoice } from './storage/runbook-folder.ts'
import type { Seal } from './storage/seal.ts'
import { createSealedVault } from './storage/sealed-vault.ts'
import { createSettingsStore, type SettingsStore } from './storage/settings.ts'
import { createHostStore } from './storage/stored-hosts.ts'
import { createIncidentStore } from './storage/stored-incidents.ts'
import { createNoticeStore } from './storage/stored-notices.ts'
import { createSampleStore } from './storage/stored-samples.ts'
import { createStackStore } from './storage/stored-stacks.ts'
import { createTimelineStore } from './storage/stored-timelines.ts'

export interface AppOptions {
  /** Where this computer's data and the log are kept; created when missing. */
  readonly dataFolder: string
  /** Where the built-in runbooks are: `assets/`. */
  readonly assetsFolder: string
  readonly runtime: AppInfo['runtime']
  readonly version: string
  readonly seal: Seal
  /** For tests and measurements: other clocks and paces of the monitor. */
  readonly monitor?: Pick<MonitorOptions, 'clock' | 'intervalMs' | 'usageIntervalMs' | 'limits'>
}

/** The running app without its surface: what a window or a web server needs to show it. */
export interface App {
  readonly router: AppRouter
  readonly settings: SettingsStore
  readonly monitor: MonitorService
  readonly news: Notices
  /** What the person should know about this start, as sentences. */
  readonly notices: readonly string[]
  readonly reportBug: ReportBug
  /** SSH channels that are open on all hosts: for tests and measurements. */
  openChannels(): number
  /** What listens to hosts and their connections: for tests. */
  listeners(): number
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

function createHosts(options: AppOptions, database: DatabaseSync): HostService {
  return new HostService({
    store: createHostStore(database),
    vault: createSealedVault(database, options.seal),
    knownHostsFile: join(options.dataFolder, 'known_hosts'),
  })
}

/** Each asks the other: health whether a stack is under an operation, operations whether it is healthy. */
function createUpperLayers(stacks: StackService, owner: Owner, reportBug: ReportBug) {
  const health = new HealthService({
    stacks,
    readLock: (place) => operations.readLock(place),
    askData,
    reportBug: (error) => reportBug(error, 'health'),
  })
  const onChanged = (ref: StackRef) => void health.noteChange(ref).catch((error) => reportBug(error, 'health'))
  const onBug = (error: unknown) => reportBug(error, 'operations')
  const operations = new OperationService(createOperationPorts(stacks, onChanged, onBug), owner)
  return { health, operations }
}

/** Builds the services and wires them together. Throws `storage.failed` where the data folder cannot be used. */
export async function createApp(options: AppOptions): Promise<App> {
  const reportBug = bugReporter(openAppLog(options.dataFolder))
  const { database, notice } = openDatabase(join(options.dataFolder, 'app.db'))
  const hosts = createHosts(options, database)
  const sessions = new SessionService(hosts, openSession)
  const settings = createSettingsStore(database)
  const runbooks = new RunbookReader({
    builtIn: join(options.assetsFolder, 'runbooks'),
    user: join(options.dataFolder, 'runbooks'),
    choice: createFolderChoice(settings),
  })
  const stacks = new StackService(sessions, runbooks, createStackStore(database))
  const { health, operations } = createUpperLayers(stacks, createOwner(readInstallation(settings)), reportBug)
  const notices = new Notices(createNoticeStore(database), settings, (error) => reportBug(error, 'notices'))
  const stores = { timelines: createTimelineStore(database), samples: createSampleStore(database) }
  const operationMarks = new OperationMarks(operations)
  const monitor = new MonitorService({
    hosts,
    sessions,
    health,
    stores,
    incidents: createIncidentStore(database),
    settings,
    raise: (notice) => void notices.raise(notice),
    readOperations: (ref, current) => operationMarks.read(hosts.get(ref.hostId), ref, current),
    reportBug: (error) => reportBug(error, 'monitor'),
    ...options.monitor,
  })
  const info = () => describeApp(options)
  const logs = new LogService({
    hosts,
    stacks,
    settings: new LogSettings(settings),
    raise: (notice) => notices.raise(notice),
    reportBug: (error) => reportBug(error, 'logs'),
  })
  const services = fitServices({
    info,
    hosts,
    sessions,
    stacks,
    health,
    operations,
    runbooks,
    monitor,
    notices,
    logs,
  })
  const disposeAll = async () => {
    // From the top down: what is under way writes its last journal entry over the connection that goes after it.
    await operations.dispose()
    monitor.dispose()
    health.dispose()
    await logs.dispose()
    await hosts.dispose()
    database.close()
  }
  hosts.connectQuietly()
  logs.start()
  let disposed: Promise<void> | null = null
  return {
    router: createRouter(services, reportBug),
    settings,
    monitor,
    news: notices,
    notices: notice === null ? [] : [notice],
    reportBug,
    openChannels: () => hosts.openChannels,
    listeners: () => hosts.listeners,
    wake: () => hosts.wake(),
    dispose: () => {
      disposed ??= disposeAll()
      return disposed
    },
  }
}
