import type { AppInfo } from '../shared/contract/contract.ts'
import type { RunbookDraft } from '../shared/contract/runbooks.ts'
import type { StackRef } from '../shared/contract/stacks.ts'
import type { HealthService } from './health/health-service.ts'
import type { MonitorService } from './health/over-time/monitor-service.ts'
import { viewRunbook } from './health/runbook-view/view-runbook.ts'
import type { HostService } from './hosts/host-service.ts'
import type { LogService } from './logs/log-service.ts'
import type { Notices } from './notices/notices.ts'
import type { OperationService } from './operations/operation-service.ts'
import type { Services } from './services.ts'
import { draftRunbook } from './stacks/draft/draft-runbook.ts'
import { toId } from './stacks/draft/yaml-text.ts'
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
  readonly monitor: MonitorService
  readonly notices: Notices
  readonly logs: LogService
}

interface DraftParts extends Pick<Parts, 'stacks' | 'runbooks'> {
  readonly signal: AbortSignal
}

async function draftFor(ref: StackRef, { stacks, runbooks, signal }: DraftParts): Promise<RunbookDraft> {
  const stack = await stacks.read(ref, { signal })
  // A change of a runbook has no id of its own, but a file.
  const wanted = stack.runbookSource === 'generic' ? ref.project : `my-${stack.runbook.id}`
  const id = await runbooks.findFreeName(toId(wanted))
  return { fileName: `${id}.yaml`, folder: runbooks.userFolder, text: draftRunbook(stack, id) }
}

/** The services in the shape in which the router calls them. */
export function fitServices(parts: Parts): Services {
  const { info, hosts, sessions, stacks, health, operations, runbooks, monitor, notices, logs } = parts
  return {
    app: { info },
    hosts: {
      watchAll: (signal) => sessions.watchHosts(signal),
      add: async (label, target) => ({ ...(await hosts.add(label, target)), engine: { kind: 'unknown' } }),
      rename: (hostId, label) => hosts.rename(hostId, label),
      remove: async (hostId) => {
        operations.requireIdle(hostId)
        await hosts.remove(hostId)
      },
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
      check: (ref) => health.check(ref),
      addDirectory: (hostId, directory) => stacks.addDirectory(hostId, directory),
      versions: (ref, names, signal) => stacks.versions(ref, names, { signal }),
    },
    operations,
    monitor,
    notices,
    logs,
    runbooks: {
      list: async () => describeLibrary(await runbooks.read(), runbooks.defaultFolder),
      setFolder: async (folder) => {
        await runbooks.setFolder(folder)
        // Not waited for: one slow host would hold up the answer.
        void health.refreshAll()
      },
      view: async (ref, signal) => viewRunbook(await stacks.read(ref, { signal })),
      draft: (ref, signal) => draftFor(ref, { stacks, runbooks, signal }),
      saveDraft: async (ref, fileName, text) => {
        const file = await runbooks.save(fileName, text)
        await health.refresh(ref)
        return { file }
      },
    },
  }
}
