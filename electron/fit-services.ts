import type { AppInfo } from '../shared/contract/contract.ts'
import type { HealthService } from './health/health-service.ts'
import type { HostService } from './hosts/host-service.ts'
import type { OperationService } from './operations/operation-service.ts'
import type { Services } from './services.ts'
import { describeLibrary } from './stacks/runbook-library.ts'
import type { RunbookReader } from './stacks/runbook-reader.ts'
import type { SessionService } from './stacks/sessions.ts'
import type { StackService } from './stacks/stack-service.ts'

/** The services as each layer makes them. */
export interface Parts {
  readonly info: () => AppInfo
  readonly hosts: HostService
  readonly sessions: SessionService
  readonly stacks: StackService
  readonly health: HealthService
  readonly operations: OperationService
  readonly runbooks: RunbookReader
}

/** The services in the shape in which the router calls them. */
export function fitServices({ info, hosts, sessions, stacks, health, operations, runbooks }: Parts): Services {
  return {
    app: { info },
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
      watchAll: (hostId, signal) => health.watchAll(hostId, signal),
      watch: (ref, signal) => health.watch(ref, signal),
      refresh: (ref) => health.refresh(ref),
      addDirectory: (hostId, directory) => stacks.addDirectory(hostId, directory),
      versions: (ref, names, signal) => stacks.versions(ref, names, { signal }),
    },
    operations,
    runbooks: {
      list: async () => describeLibrary(await runbooks.read(), runbooks.defaultFolder),
      setFolder: (folder) => runbooks.setFolder(folder),
    },
  }
}
