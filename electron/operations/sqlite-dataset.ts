import { SlipwayError } from '../../shared/errors.ts'
import type { DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import { judgeBackup, type TableCounts } from '../../shared/operations/judge-backup.ts'
import type { ExecResult, Host } from '../hosts/host.ts'
import type { DatasetPlace } from './dataset-place.ts'
import type { DockerCli } from './docker-cli.ts'
import { parseScriptReport, type ScriptReport } from './script-report.ts'
import {
  BACKUP_MOUNT,
  BACKUP_SCRIPT,
  MEASURE_SCRIPT,
  QUERY_SCRIPT,
  RESTORE_SCRIPT,
  SCRIPT_EXIT,
} from './sqlite-scripts.ts'
import { findSqliteTool, missingTool, type SqliteTool } from './sqlite-tool.ts'
import { runThrowaway } from './throwaway-container.ts'

/** Copying and checking some gigabytes takes minutes; a database that is never free is not waited for for ever. */
const BACKUP_TIMEOUT_MS = 60 * 60_000
const QUERY_TIMEOUT_MS = 60_000

/** What every job on a data set is given. */
export interface DatasetJob {
  readonly host: Host
  readonly cli: DockerCli
  readonly operationId: string
  readonly place: DatasetPlace
  /** Image id to run the tool in. */
  readonly image: string
  readonly signal: AbortSignal
}

export interface BackupRequest {
  /** Directory of the backup set on the host. */
  readonly directory: string
  /** `uid:gid` for the copy. */
  readonly owner: string
  /** One statement for the schema version; empty where the runbook has none. */
  readonly schemaQuery: string
  /** Rows by table in the backup before; null for the first. */
  readonly previous: TableCounts | null
}

/**
 * Copies a running SQLite database, proves the copy, and gives it its name only then. Throws `backup.failed`,
 * `backup.empty`, `backup.corrupt`, `backup.tool-missing`; what is left then has the suffix `.partial`.
 */
export async function backUpSqlite(job: DatasetJob, request: BackupRequest): Promise<DatasetBackup> {
  const { host, place } = job
  const startedAt = now(host)
  const tool = await findTool(job)
  const file = `${place.dataset.id}.db`
  const report = await runScript(job, tool, {
    script: BACKUP_SCRIPT,
    args: [place.dataset.path, file, request.schemaQuery, request.owner],
    volumes: [place.mount, `${request.directory}:${BACKUP_MOUNT}`],
    doing: 'backed up',
  })
  const verdict = judgeBackup(report.source, report.copy, request.previous)
  if (verdict.kind !== 'good') throw unfitBackup(job, verdict)
  await host.files.rename(`${request.directory}/${file}.partial`, `${request.directory}/${file}`)
  return {
    dataset: place.dataset.id,
    kind: 'sqlite',
    service: place.dataset.service,
    sourcePath: place.dataset.path,
    volume: place.volume,
    imageId: place.container.imageId,
    imageDigest: place.container.digest,
    pin: place.container.imageReference,
    file,
    sizeBytes: Number(report.values.size),
    sha256: report.values.sha256 ?? '',
    tables: report.copy,
    schemaVersion: report.values.schema ?? null,
    tool: `${report.values.tool ?? 'sqlite3'} ${tool.description}`,
    warnings: [...verdict.warnings],
    startedAt,
    finishedAt: now(host),
  }
}

/** Puts a copy in the place of a database whose services are stopped. Returns where the replaced one is kept, if anywhere. */
export async function restoreSqlite(
  job: DatasetJob,
  backup: DatasetBackup,
  directory: string,
  suffix: string,
): Promise<{ readonly aside: string | null }> {
  const tool = await findTool(job)
  const report = await runScript(job, tool, {
    script: RESTORE_SCRIPT,
    args: [backup.file, job.place.dataset.path, backup.sha256, suffix],
    volumes: [job.place.mount, `${directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
  const verdict = judgeBackup(backup.tables, report.copy, null)
  if (verdict.kind === 'good') return { aside: report.values.aside ?? null }
  throw new SlipwayError('backup.restore-failed', `${nameData(job)} was restored, but not whole: ${verdict.reason}`, {
    hint: `The replaced file is beside it, with the suffix .${suffix}.`,
  })
}

/** One value out of a database, such as its schema version; null where there is none. */
export async function querySqlite(job: DatasetJob, query: string): Promise<string | null> {
  const tool = await findTool(job)
  const report = await runScript(job, tool, {
    script: QUERY_SCRIPT,
    args: [job.place.dataset.path, query],
    volumes: [job.place.mount],
    doing: 'read',
    timeoutMs: QUERY_TIMEOUT_MS,
  })
  return report.values.schema || null
}

/** Bytes that a backup would take, and the tool that would make it. Missing or empty: the error a backup would end with. */
export async function measureSqlite(job: DatasetJob): Promise<{ readonly bytes: number; readonly tool: string }> {
  const tool = await findTool(job)
  const report = await runScript(job, tool, {
    script: MEASURE_SCRIPT,
    args: [job.place.dataset.path],
    volumes: [job.place.mount],
    doing: 'read',
    timeoutMs: QUERY_TIMEOUT_MS,
  })
  const bytes = Number(report.values.size ?? 0) + Number(report.values.wal ?? 0)
  return { bytes, tool: tool.description }
}

function findTool({ host, cli, signal, place }: DatasetJob): Promise<SqliteTool> {
  return findSqliteTool(host, cli, { container: place.container, signal, service: place.dataset.service })
}

interface ScriptRun {
  readonly script: string
  readonly args: readonly string[]
  readonly volumes: readonly string[]
  /** For the error: `could not be …`. */
  readonly doing: 'backed up' | 'restored' | 'read'
  readonly timeoutMs?: number
}

async function runScript(job: DatasetJob, tool: SqliteTool, run: ScriptRun): Promise<ScriptReport> {
  const result = await runThrowaway(job.cli, {
    name: `slipway-${job.operationId}-${job.place.dataset.id}`,
    operationId: job.operationId,
    image: job.image,
    volumes: [...tool.volumes, ...run.volumes],
    shell: tool.shell,
    script: run.script,
    args: run.args,
    signal: job.signal,
    timeoutMs: run.timeoutMs ?? BACKUP_TIMEOUT_MS,
  })
  if (isToolMissing(result)) throw missingTool(job.host, job.place.dataset.service)
  if (result.code !== 0) throw scriptError(job, run.doing, result)
  return parseScriptReport(result.stdout)
}

/** What a shell, or the engine, ends with when a program is not there or does not run. */
function isToolMissing({ code, stderr }: ExecResult): boolean {
  return (code === 126 || code === 127) && /not found|no such file|exec format/i.test(stderr)
}

function scriptError(job: DatasetJob, doing: ScriptRun['doing'], result: ExecResult): SlipwayError {
  const what = `${nameData(job)} could not be ${doing}`
  const details = { exitCode: String(result.code), output: `${result.stdout}${result.stderr}`.slice(-4000) }
  const restoring = doing === 'restored'
  switch (result.code) {
    case SCRIPT_EXIT.missingSource:
      return new SlipwayError('backup.failed', `${what}: there is no such file.`, {
        hint: 'Compare the path in the runbook with where the product keeps its data.',
        details,
      })
    case SCRIPT_EXIT.emptySource:
      return new SlipwayError('backup.empty', `${what}: the file is empty.`, {
        hint: 'The product most likely keeps its data elsewhere: a backup of this file would prove nothing.',
        details,
      })
    case SCRIPT_EXIT.corrupt:
      return new SlipwayError('backup.corrupt', `${what}: the copy fails SQLite's integrity check.`, {
        state: restoring ? 'The database was not touched.' : 'The copy was not kept as a backup.',
        hint: 'Check the database itself with PRAGMA integrity_check.',
        details,
      })
    case SCRIPT_EXIT.copyDiffers:
      return new SlipwayError('backup.corrupt', `${what}: the backup's checksum is not the one in its manifest.`, {
        state: 'The database was not touched.',
        hint: 'Use another backup.',
        details,
      })
  }
  const full = /no space left|disk (is )?full/i.test(details.output)
  const code = full ? 'host.disk-full' : restoring ? 'backup.restore-failed' : 'backup.failed'
  const reason = full ? `the disk of ${job.host.label} is full` : lastLine(result.stderr) || `exit code ${result.code}`
  return new SlipwayError(code, `${what}: ${reason}.`, { hint: 'See the output.', details })
}

function unfitBackup(job: DatasetJob, verdict: { readonly kind: 'empty' | 'incomplete'; readonly reason: string }) {
  const code = verdict.kind === 'empty' ? 'backup.empty' : 'backup.failed'
  return new SlipwayError(code, `The backup of ${nameData(job)} is ${verdict.kind}: ${verdict.reason}`, {
    state: 'The copy was not kept as a backup.',
    hint: 'Compare the path in the runbook with where the product keeps its data.',
  })
}

function nameData({ host, place }: DatasetJob): string {
  return `${place.dataset.path} of service ${place.dataset.service} on ${host.label}`
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.replace(/\.$/, '') ?? ''
}

function now(host: Host): string {
  return new Date(host.now()).toISOString()
}
