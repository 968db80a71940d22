import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type {
  BackupOf,
  BackupRequest,
  Copy,
  DatasetJob,
  KindFor,
  LiveCounts,
  Measure,
  RestoreRequest,
} from '../kind.ts'
import { addressOf, sharersOf } from '../place.ts'
import { requireUnused } from '../require-unused.ts'
import { notReplaced, requireSameCounts } from '../restore-errors.ts'
import { backUpCommands, discardCommands, restoreCommands } from './commands.ts'
import { findSqlite, placeOf, runScript } from './run-script.ts'
import {
  BACKUP_MOUNT,
  BACKUP_SCRIPT,
  COUNT_SCRIPT,
  DISCARD_SCRIPT,
  MEASURE_KEPT_SCRIPT,
  MEASURE_SCRIPT,
  QUERY_SCRIPT,
  RESTORE_SCRIPT,
  SWAP_SCRIPT,
  VERIFY_SCRIPT,
} from './scripts.ts'

const QUERY_TIMEOUT_MS = 60_000

type Job = DatasetJob<DatasetOf<'sqlite'>>
type Backup = BackupOf<'sqlite'>

/** A SQLite database: copied online by a container that sees what the service sees, so that the host's rights do not matter. */
export const sqliteKind: KindFor<'sqlite'> = {
  users: (stack, dataset) => sharersOf(stack, dataset.service, dataset.path),
  measure,
  backUp,
  verify,
  restoreBeside,
  restoredAs: (job) => `a file beside ${addressOf(placeOf(job))}`,
  requireFree: async (job) => requireUnused(job, placeOf(job)),
  swap,
  discardRestored: (job, _backup, request) => discard(job, `${suffixed(job, request)}.new`),
  measureReplaced,
  discardReplaced,
  query,
  count,
  backUpCommands,
  restoreCommands,
  discardCommands,
}

async function measure(job: Job): Promise<Measure> {
  const tool = await findSqlite(job)
  const { values } = await runScript(job, {
    script: MEASURE_SCRIPT,
    args: [job.dataset.path],
    doing: 'read',
    timeoutMs: QUERY_TIMEOUT_MS,
  })
  return { bytes: Number(values.size ?? 0) + Number(values.wal ?? 0), tool: `sqlite3 ${tool.description}`, alarm: null }
}

async function backUp(job: Job, { directory, owner, schemaQuery }: BackupRequest): Promise<Copy> {
  const file = `${job.dataset.id}.db`
  const tool = await findSqlite(job)
  const { values, source, copy } = await runScript(job, {
    script: BACKUP_SCRIPT,
    args: [job.dataset.path, file, schemaQuery, owner],
    volumes: [`${directory}:${BACKUP_MOUNT}`],
    doing: 'backed up',
  })
  return {
    backup: {
      kind: 'sqlite',
      sourcePath: job.dataset.path,
      volume: placeOf(job).volume,
      file,
      sizeBytes: Number(values.size),
      sha256: values.sha256 ?? '',
      tables: copy,
      schemaVersion: values.schema || null,
      tool: `${values.tool ?? 'sqlite3'} ${tool.description}`,
    },
    source,
    copy,
    mayBeEmpty: false,
    besides: [],
    warnings: [],
  }
}

async function verify(job: Job, backup: Backup, directory: string): Promise<void> {
  await runScript(job, {
    script: VERIFY_SCRIPT,
    args: [backup.file, backup.sha256],
    volumes: [`${directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
}

async function restoreBeside(job: Job, backup: Backup, request: RestoreRequest): Promise<void> {
  const { copy } = await runScript(job, {
    script: RESTORE_SCRIPT,
    args: [backup.file, job.dataset.path, backup.sha256, suffixOf(request)],
    volumes: [`${request.directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
  requireSameCounts(job, backup.tables, copy)
}

async function swap(job: Job, _backup: Backup, request: RestoreRequest): Promise<string | null> {
  await requireUnused(job, placeOf(job))
  const { values } = await runScript(job, {
    script: SWAP_SCRIPT,
    args: [job.dataset.path, suffixOf(request)],
    doing: 'restored',
  })
  return values.aside ?? null
}

async function measureReplaced(job: Job, name: string): Promise<number | null> {
  requireReplaced(job, name)
  const script = { script: MEASURE_KEPT_SCRIPT, args: [name], doing: 'read', timeoutMs: QUERY_TIMEOUT_MS } as const
  const { values } = await runScript(job, script)
  return values.size === undefined ? null : Number(values.size)
}

async function discardReplaced(job: Job, name: string): Promise<void> {
  requireReplaced(job, name)
  await discard(job, name)
}

function requireReplaced(job: Job, name: string): void {
  const isReplaced = name.startsWith(`${job.dataset.path}.slipway-replaced-`) && !name.includes('/../')
  if (!isReplaced) throw notReplaced(job, name)
}

async function discard(job: Job, path: string): Promise<void> {
  await runScript(job, { script: DISCARD_SCRIPT, args: [path], doing: 'read', timeoutMs: QUERY_TIMEOUT_MS })
}

async function query(job: Job, statement: string): Promise<string | null> {
  const { values } = await runScript(job, {
    script: QUERY_SCRIPT,
    args: [job.dataset.path, statement],
    doing: 'read',
    timeoutMs: QUERY_TIMEOUT_MS,
  })
  return values.schema || null
}

async function count(job: Job): Promise<LiveCounts> {
  const { copy } = await runScript(job, { script: COUNT_SCRIPT, args: [job.dataset.path], doing: 'read' })
  return { counts: copy, exact: true }
}

function suffixOf({ mark }: RestoreRequest): string {
  return `slipway-replaced-${mark}`
}

function suffixed({ dataset }: Job, request: RestoreRequest): string {
  return `${dataset.path}.${suffixOf(request)}`
}
