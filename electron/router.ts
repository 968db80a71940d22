import { implement } from '@orpc/server'
import { contract } from '../shared/contract/contract.ts'
import { createErrorBoundary, type ReportBug } from './rpc/error-boundary.ts'
import type { Services } from './services.ts'

/**
 * The contract, answered by the services. Holds no logic of its own: input and output are checked by the
 * contract's schemas (which also drop every key they do not name), errors by the boundary.
 */
export function createRouter(services: Services, reportBug: ReportBug) {
  const { app, hosts, stacks, operations, runbooks, monitor, notices, logs } = services
  const os = implement(contract).use(createErrorBoundary(reportBug))

  return os.router({
    app: {
      info: os.app.info.handler(() => app.info()),
    },
    host: {
      watchAll: os.host.watchAll.handler(async ({ signal }) => iterator(hosts.watchAll(alive(signal)))),
      add: os.host.add.handler(({ input }) => hosts.add(input.label, input.target)),
      rename: os.host.rename.handler(({ input }) => hosts.rename(input.hostId, input.label)),
      remove: os.host.remove.handler(({ input }) => hosts.remove(input.hostId)),
      connect: os.host.connect.handler(({ input }) => hosts.connect(input.hostId)),
      disconnect: os.host.disconnect.handler(({ input }) => hosts.disconnect(input.hostId)),
      answer: os.host.answer.handler(({ input }) => hosts.answer(input.hostId, input.questionId, input.answer)),
      forgetSecrets: os.host.forgetSecrets.handler(({ input }) => hosts.forgetSecrets(input.hostId)),
      setSudo: os.host.setSudo.handler(({ input }) => hosts.setSudo(input.hostId, input.usesSudo)),
      sshConfig: os.host.sshConfig.handler(() => hosts.sshConfig()),
    },
    stack: {
      watchAll: os.stack.watchAll.handler(async ({ input, signal }) =>
        iterator(stacks.watchAll(input.hostId, alive(signal))),
      ),
      watch: os.stack.watch.handler(async ({ input, signal }) => iterator(stacks.watch(input, alive(signal)))),
      refresh: os.stack.refresh.handler(({ input }) => stacks.refresh(input)),
      check: os.stack.check.handler(({ input }) => stacks.check(input)),
      addDirectory: os.stack.addDirectory.handler(({ input }) => stacks.addDirectory(input.hostId, input.directory)),
      versions: os.stack.versions.handler(({ input, signal }) => stacks.versions(input, input.services, alive(signal))),
    },
    upgrade: {
      watchVersionFacts: os.upgrade.watchVersionFacts.handler(async ({ input, signal }) =>
        iterator(operations.watchVersionFacts(input, input.services, input.versions, alive(signal))),
      ),
      plan: os.upgrade.plan.handler(({ input, signal }) =>
        operations.planUpgrade(input, input.version, input.options, alive(signal)),
      ),
      run: os.upgrade.run.handler(({ input }) => operations.run(input, input.planId)),
    },
    rollback: {
      plan: os.rollback.plan.handler(({ input, signal }) =>
        operations.planRollback(input, input.operationId, input, alive(signal)),
      ),
      run: os.rollback.run.handler(({ input }) => operations.run(input, input.planId)),
    },
    operation: {
      watch: os.operation.watch.handler(async ({ input, signal }) =>
        iterator(operations.watch(input, input.operationId, alive(signal))),
      ),
      cancel: os.operation.cancel.handler(({ input }) => operations.cancel(input, input.operationId)),
      resume: os.operation.resume.handler(({ input }) => operations.resume(input, input.operationId, input.takeOver)),
      rollBack: os.operation.rollBack.handler(({ input }) =>
        operations.rollBack(input, input.operationId, input.takeOver),
      ),
      lock: os.operation.lock.handler(({ input }) => operations.lock(input)),
    },
    history: {
      list: os.history.list.handler(({ input, signal }) => operations.history(input, alive(signal))),
      get: os.history.get.handler(({ input, signal }) => operations.record(input, input.operationId, alive(signal))),
      plan: os.history.plan.handler(({ input, signal }) => operations.plan(input, input.operationId, alive(signal))),
      journal: os.history.journal.handler(({ input, signal }) =>
        operations.journal(input, input.operationId, alive(signal)),
      ),
      attachment: os.history.attachment.handler(({ input, signal }) =>
        operations.attachment(input, input.operationId, input.name, alive(signal)),
      ),
    },
    backup: {
      list: os.backup.list.handler(({ input, signal }) => operations.backups(input, alive(signal))),
      get: os.backup.get.handler(({ input, signal }) => operations.backup(input, input.backupId, alive(signal))),
    },
    replaced: {
      list: os.replaced.list.handler(({ input, signal }) => operations.replaced(input, alive(signal))),
      measure: os.replaced.measure.handler(({ input, signal }) =>
        operations.measureReplaced(input, input.operationId, input.name, alive(signal)),
      ),
      planDeletion: os.replaced.planDeletion.handler(({ input, signal }) =>
        operations.planDeletion(input, input.operationId, input.name, alive(signal)),
      ),
      runDeletion: os.replaced.runDeletion.handler(({ input }) => operations.run(input, input.planId)),
    },
    monitor: {
      metrics: os.monitor.metrics.handler(({ input }) => monitor.metrics(input, input.range, input.operations)),
      watchFleet: os.monitor.watchFleet.handler(async ({ signal }) => iterator(monitor.watchFleet(alive(signal)))),
      incidents: os.monitor.incidents.handler(({ input }) => monitor.incidents(input)),
      incident: os.monitor.incident.handler(({ input }) => monitor.incident(input.id)),
      enabled: os.monitor.enabled.handler(({ input }) => ({ enabled: monitor.isEnabled(input) })),
      setEnabled: os.monitor.setEnabled.handler(({ input }) => monitor.setEnabled(input, input.enabled)),
    },
    notice: {
      watch: os.notice.watch.handler(async ({ signal }) => iterator(notices.watch(alive(signal)))),
      list: os.notice.list.handler(({ input }) => notices.list(input.ref)),
      settings: os.notice.settings.handler(() => notices.settings),
      setSettings: os.notice.setSettings.handler(({ input }) => notices.setSettings(input)),
    },
    log: {
      watch: os.log.watch.handler(async ({ input, signal }) => iterator(logs.watch(input, input, alive(signal)))),
      setFilter: os.log.setFilter.handler(({ input }) => logs.setFilter(input.viewId, input.filter)),
      rows: os.log.rows.handler(({ input }) => logs.rows(input.viewId, input)),
      place: os.log.place.handler(({ input }) => logs.place(input.viewId, input.time)),
      line: os.log.line.handler(({ input }) => logs.line(input.viewId, input.id)),
      search: os.log.search.handler(({ input }) => logs.search(input.viewId, input.at)),
      stopSearch: os.log.stopSearch.handler(({ input }) => logs.stopSearch(input.viewId)),
      export: os.log.export.handler(async ({ input, signal }) =>
        iterator(logs.exportLines(input.viewId, input.format, alive(signal))),
      ),
      savedFilters: os.log.savedFilters.handler(({ input }) => logs.savedFilters(input)),
      saveFilter: os.log.saveFilter.handler(({ input }) => logs.saveFilter(input, input.savedFilter)),
      removeFilter: os.log.removeFilter.handler(({ input }) => logs.removeFilter(input, input.id)),
      watchRules: os.log.watchRules.handler(({ input }) => logs.watchRules(input)),
      saveRule: os.log.saveRule.handler(({ input }) => logs.saveRule(input, input.rule)),
      removeRule: os.log.removeRule.handler(({ input }) => logs.removeRule(input, input.id)),
    },
    runbook: {
      list: os.runbook.list.handler(() => runbooks.list()),
      setFolder: os.runbook.setFolder.handler(({ input }) => runbooks.setFolder(input.folder)),
      view: os.runbook.view.handler(({ input, signal }) => runbooks.view(input, alive(signal))),
      draft: os.runbook.draft.handler(({ input, signal }) => runbooks.draft(input, alive(signal))),
      saveDraft: os.runbook.saveDraft.handler(({ input }) => runbooks.saveDraft(input, input.fileName, input.text)),
    },
  })
}

export type AppRouter = ReturnType<typeof createRouter>

/** Both transports give every call a signal; a call from within has none and is never cancelled. */
const alive = (signal: AbortSignal | undefined) => signal ?? new AbortController().signal

async function* iterator<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  yield* source
}
