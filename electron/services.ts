import type { BackupList, BackupView, ReplacedList, ReplacedMeasure } from '../shared/contract/backups.ts'
import type { AppInfo } from '../shared/contract/contract.ts'
import type { HostAnswer, HostTarget, HostView, SshConfigView } from '../shared/contract/hosts.ts'
import type { LogFilter, LogLineDetail, LogRow, LogViewState, SavedFilter, WatchRule } from '../shared/contract/logs.ts'
import type {
  FleetHost,
  Notice,
  NoticeSettings,
  Range,
  StackMetrics,
  ToldIncident,
} from '../shared/contract/monitor.ts'
import type {
  JournalEntry,
  LockView,
  OperationEvent,
  OperationRecord,
  OperationSummary,
  Plan,
  RollbackChoice,
  UpgradeOptions,
} from '../shared/contract/operations.ts'
import type { RunbookDraft, RunbooksView, RunbookView } from '../shared/contract/runbooks.ts'
import type { StackDetail, StackRef, StackSummary, Versions } from '../shared/contract/stacks.ts'
import type { TargetVersion, VersionFacts } from '../shared/contract/versions.ts'
import type { ErrorShape } from '../shared/errors.ts'

type Awaitable<T> = T | Promise<T>
type Signal = AbortSignal

export interface LogViewOptions {
  readonly viewId: string
  readonly filter: LogFilter
  /** Lines of each container to begin with. */
  readonly tail: number
}

export interface LogPage {
  readonly revision: number
  readonly from: number
  readonly count: number
}

/** What the router calls. The composition root (`app.ts`) fits the real services to it; the compiler checks the fit. */
export interface Services {
  readonly app: { info(): Awaitable<AppInfo> }
  readonly hosts: {
    watchAll(signal: Signal): AsyncIterable<HostView[]>
    add(label: string, target: HostTarget): Awaitable<HostView>
    rename(hostId: string, label: string): Awaitable<void>
    remove(hostId: string): Awaitable<void>
    connect(hostId: string): Awaitable<void>
    disconnect(hostId: string): Awaitable<void>
    answer(hostId: string, questionId: string, answer: HostAnswer): Awaitable<void>
    forgetSecrets(hostId: string): Awaitable<void>
    setSudo(hostId: string, usesSudo: boolean): Awaitable<void>
    sshConfig(): Awaitable<SshConfigView>
  }
  readonly stacks: {
    watchAll(
      hostId: string,
      signal: Signal,
    ): AsyncIterable<{ stacks: StackSummary[]; error: ErrorShape | null; loading: boolean }>
    watch(ref: StackRef, signal: Signal): AsyncIterable<StackDetail>
    refresh(ref: StackRef): Awaitable<void>
    check(ref: StackRef): Awaitable<void>
    addDirectory(hostId: string, directory: string): Awaitable<StackRef>
    versions(ref: StackRef, services: readonly string[], signal: Signal): Awaitable<Versions>
  }
  readonly operations: {
    watchVersionFacts(
      ref: StackRef,
      services: readonly string[],
      versions: readonly TargetVersion[],
      signal: Signal,
    ): AsyncIterable<VersionFacts[]>
    planUpgrade(ref: StackRef, version: TargetVersion, options: UpgradeOptions, signal: Signal): Awaitable<Plan>
    planRollback(ref: StackRef, operationId: string, choice: RollbackChoice, signal: Signal): Awaitable<Plan>
    run(ref: StackRef, planId: string): Awaitable<{ operationId: string }>
    watch(ref: StackRef, operationId: string, signal: Signal): AsyncIterable<OperationEvent>
    cancel(ref: StackRef, operationId: string): Awaitable<void>
    resume(ref: StackRef, operationId: string, takeOver: boolean): Awaitable<void>
    rollBack(ref: StackRef, operationId: string, takeOver: boolean): Awaitable<void>
    lock(ref: StackRef): Awaitable<LockView | null>
    history(ref: StackRef, signal: Signal): Awaitable<{ operations: OperationSummary[]; error: ErrorShape | null }>
    record(ref: StackRef, operationId: string, signal: Signal): Awaitable<OperationRecord>
    plan(ref: StackRef, operationId: string, signal: Signal): Awaitable<Plan>
    journal(ref: StackRef, operationId: string, signal: Signal): Awaitable<JournalEntry[]>
    attachment(
      ref: StackRef,
      operationId: string,
      name: string,
      signal: Signal,
    ): Awaitable<{ text: string; truncated: boolean }>
    backups(ref: StackRef, signal: Signal): Awaitable<BackupList>
    backup(ref: StackRef, backupId: string, signal: Signal): Awaitable<BackupView>
    replaced(ref: StackRef, signal: Signal): Awaitable<ReplacedList>
    measureReplaced(ref: StackRef, operationId: string, name: string, signal: Signal): Awaitable<ReplacedMeasure>
    planDeletion(ref: StackRef, operationId: string, name: string, signal: Signal): Awaitable<Plan>
  }
  readonly monitor: {
    metrics(ref: StackRef, range: Range, hasOperations: boolean): Awaitable<StackMetrics>
    watchFleet(signal: Signal): AsyncIterable<FleetHost[]>
    incidents(ref: StackRef): Awaitable<ToldIncident[]>
    incident(id: string): Awaitable<ToldIncident>
    isEnabled(ref: StackRef): boolean
    setEnabled(ref: StackRef, enabled: boolean): void
  }
  readonly notices: {
    watch(signal: Signal): AsyncIterable<Notice>
    list(ref: StackRef | null): Awaitable<Notice[]>
    readonly settings: NoticeSettings
    setSettings(settings: NoticeSettings): void
  }
  readonly logs: {
    watch(ref: StackRef, view: LogViewOptions, signal: Signal): AsyncIterable<LogViewState>
    setFilter(viewId: string, filter: LogFilter): Awaitable<{ revision: number }>
    rows(viewId: string, page: LogPage): Awaitable<{ revision: number; from: number; rows: LogRow[] }>
    place(viewId: string, time: string): Awaitable<{ revision: number; place: number | null }>
    line(viewId: string, id: number): Awaitable<LogLineDetail | null>
    search(viewId: string, at: string | null): Awaitable<void>
    stopSearch(viewId: string): Awaitable<void>
    exportLines(viewId: string, format: 'ndjson' | 'text', signal: Signal): AsyncIterable<{ text: string }>
    savedFilters(ref: StackRef): Awaitable<SavedFilter[]>
    saveFilter(ref: StackRef, filter: SavedFilter): Awaitable<void>
    removeFilter(ref: StackRef, id: string): Awaitable<void>
    watchRules(ref: StackRef): Awaitable<WatchRule[]>
    saveRule(ref: StackRef, rule: WatchRule): Awaitable<void>
    removeRule(ref: StackRef, id: string): Awaitable<void>
  }
  readonly runbooks: {
    list(): Awaitable<RunbooksView>
    setFolder(folder: string | null): Awaitable<void>
    view(ref: StackRef, signal: Signal): Awaitable<RunbookView>
    draft(ref: StackRef, signal: Signal): Awaitable<RunbookDraft>
    saveDraft(ref: StackRef, fileName: string, text: string): Awaitable<{ file: string }>
  }
}
