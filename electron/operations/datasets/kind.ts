import type { DatasetBackup } from '../../../shared/operations/backup-manifest.ts'
import type { Counts } from '../../../shared/operations/judge-backup.ts'
import type { Dataset, DatasetOf } from '../../../shared/runbook/data-schema.ts'
import type { Host } from '../../hosts/host.ts'
import type { Stack } from '../../stacks/stack.ts'
import type { DockerCli } from '../docker-cli.ts'

export type KindName = Dataset['kind']
export type BackupOf<Kind extends KindName> = Extract<DatasetBackup, { kind: Kind }>

/** What every piece of work on one data set is given. */
export interface DatasetJob<Subject extends Dataset = Dataset> {
  readonly host: Host
  readonly cli: DockerCli
  /** As read just before the work: where the data is, is asked of its containers. */
  readonly stack: Stack
  readonly dataset: Subject
  readonly operationId: string
  readonly signal: AbortSignal
}

export interface BackupRequest {
  /** Directory of the backup set on the host. Each file is written as `NAME.partial`. */
  readonly directory: string
  /** `uid:gid` for what is written by a container. */
  readonly owner: string
  /** One statement for the schema version; empty where the runbook has none. */
  readonly schemaQuery: string
}

/** What a kind adds to the facts that all backups have in common. */
type OwnFacts<Backup> = Backup extends DatasetBackup
  ? Omit<
      Backup,
      | 'dataset'
      | 'service'
      | 'imageId'
      | 'imageDigest'
      | 'pin'
      | 'warnings'
      | 'emptyAccepted'
      | 'startedAt'
      | 'finishedAt'
    >
  : never

/** A copy that is proven to be readable, but not yet judged. */
export interface Copy {
  readonly backup: OwnFacts<DatasetBackup>
  /** What the source held at the moment of the copy; equal to what the copy holds, or it is no backup. */
  readonly source: Counts
  /** What the copy holds, counted in the copy. */
  readonly copy: Counts
  /** False: a source without anything in it is an alarm. */
  readonly mayBeEmpty: boolean
  /** Files written beside `backup.file`, also as `.partial`. */
  readonly besides: readonly string[]
  readonly warnings: readonly string[]
}

export interface RestoreRequest {
  /** Directory of the backup set on the host. */
  readonly directory: string
  /** Part of the name of everything that the restore makes and keeps; another one for each restore. */
  readonly mark: string
}

/** What a data set holds now. */
export interface LiveCounts {
  readonly counts: Counts
  /** False: the counts are estimates. */
  readonly exact: boolean
}

/** What a backup would take. */
export interface Measure {
  readonly bytes: number
  /** Which program makes it, and whose it is. */
  readonly tool: string
  /** Why a backup of it would be an alarm, where that shows already. */
  readonly alarm: string | null
}

/**
 * How data of one kind is backed up and restored. No step knows kinds: they ask `kindOf`. Everything may be run again
 * after an interruption at any point, so it first clears away, or goes on from, what an earlier try left.
 */
export interface DatasetKind<Subject extends Dataset = Dataset, Backup extends DatasetBackup = DatasetBackup> {
  /** Services that stand still while the data is replaced; when one of them is upgraded, the data may change. */
  users(stack: Stack, dataset: Subject): readonly string[]
  /** Throws what a backup would end with: `backup.failed`, `backup.empty`, `backup.tool-missing`. */
  measure(job: DatasetJob<Subject>): Promise<Measure>
  /** Copies the data while it is used, and reads the copy back. Throws `backup.*`, `host.disk-full`. */
  backUp(job: DatasetJob<Subject>, request: BackupRequest): Promise<Copy>
  /** Proves that a backup's files are still what the manifest says: `backup.corrupt`. */
  verify(job: DatasetJob<Subject>, backup: Backup, directory: string): Promise<void>
  /** Restores beside the present data and holds the result against the manifest: `backup.restore-failed`. Touches nothing. */
  restoreBeside(job: DatasetJob<Subject>, backup: Backup, request: RestoreRequest): Promise<void>
  /** What it is restored as until it takes its place, in words: another for each data set, or one would cover the other. */
  restoredAs(job: DatasetJob<Subject>, backup: Backup, request: RestoreRequest): string
  /** Throws `backup.restore-failed` where others than the stack use the data, as far as that can be seen. */
  requireFree(job: DatasetJob<Subject>, backup: Backup): Promise<void>
  /** Puts the restored data in its place, its users stopped. Returns the name under which the replaced data is kept. */
  swap(job: DatasetJob<Subject>, backup: Backup, request: RestoreRequest): Promise<string | null>
  /** Removes restored data that was never put in its place. */
  discardRestored(job: DatasetJob<Subject>, backup: Backup, request: RestoreRequest): Promise<void>
  /** Bytes of replaced data by the name that `swap` returned; null where it is gone. Throws like `discardReplaced`. */
  measureReplaced(job: DatasetJob<Subject>, name: string): Promise<number | null>
  /** Removes it. Missing is no error; a name that no restore of this data set gives is: `operation.blocked`. */
  discardReplaced(job: DatasetJob<Subject>, name: string): Promise<void>
  /** The first value that a statement yields; null where there is none. Throws `input.invalid` where nothing can be asked. */
  query(job: DatasetJob<Subject>, statement: string): Promise<string | null>
  count(job: DatasetJob<Subject>): Promise<LiveCounts>
  /** Shell commands that do the same by hand on the host. */
  backUpCommands(stack: Stack, dataset: Subject, directory: string): readonly string[]
  restoreCommands(stack: Stack, dataset: Subject, directory: string): readonly string[]
  discardCommands(stack: Stack, dataset: Subject, name: string): readonly string[]
}

/** The kind of one name. */
export type KindFor<Name extends KindName> = DatasetKind<DatasetOf<Name>, BackupOf<Name>>
