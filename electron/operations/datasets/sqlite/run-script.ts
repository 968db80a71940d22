import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import type { DatasetJob } from '../kind.ts'
import { type Place, placePath } from '../place.ts'
import { parseScriptReport, type ScriptReport } from '../script-report.ts'
import { runThrowaway } from '../throwaway-container.ts'
import { SCRIPT_EXIT } from './scripts.ts'
import { findSqliteTool, missingTool, type SqliteTool } from './tool.ts'

/** Copying and checking some gigabytes takes minutes; a database that is never free is not waited for for ever. */
const SCRIPT_TIMEOUT_MS = 60 * 60_000

export type SqliteJob = DatasetJob<DatasetOf<'sqlite'>>

export interface ScriptRun {
  readonly script: string
  readonly args: readonly string[]
  /** Mounted beside the data. */
  readonly volumes?: readonly string[]
  /** For the error: `could not be …`. */
  readonly doing: 'backed up' | 'restored' | 'read'
  readonly timeoutMs?: number
}

export function placeOf({ stack, dataset }: Pick<SqliteJob, 'stack' | 'dataset'>): Place {
  return placePath(stack, dataset.service, dataset.path)
}

export function findTool({ host, cli, signal, ...job }: SqliteJob): Promise<SqliteTool> {
  return findSqliteTool(host, cli, { container: placeOf(job).container, signal, service: job.dataset.service })
}

/** Runs a script beside the database, in a container that has sqlite3. */
export async function runScript(job: SqliteJob, run: ScriptRun): Promise<ScriptReport> {
  const tool = await findTool(job)
  const place = placeOf(job)
  const result = await runThrowaway(job.cli, {
    name: `slipway-${job.operationId}-${job.dataset.id}`,
    operationId: job.operationId,
    image: place.container.imageId,
    volumes: [...tool.volumes, place.mount, ...(run.volumes ?? [])],
    shell: tool.shell,
    script: run.script,
    args: run.args,
    signal: job.signal,
    timeoutMs: run.timeoutMs ?? SCRIPT_TIMEOUT_MS,
  })
  if (isToolMissing(result)) throw missingTool(job.host, job.dataset.service)
  if (result.code !== 0) throw scriptError(job, run.doing, result)
  return parseScriptReport(result.stdout)
}

/** What a shell, or the engine, ends with when a program is not there or does not run. */
function isToolMissing({ code, stderr }: ExecResult): boolean {
  return (code === 126 || code === 127) && /not found|no such file|exec format/i.test(stderr)
}

function scriptError(job: SqliteJob, doing: ScriptRun['doing'], result: ExecResult): SlipwayError {
  const { dataset, host } = job
  const what = `${dataset.path} of service ${dataset.service} on ${host.label} could not be ${doing}`
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
  const reason = full ? `the disk of ${host.label} is full` : lastLine(result.stderr) || `exit code ${result.code}`
  return new SlipwayError(code, `${what}: ${reason}.`, { hint: 'See the output.', details })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.replace(/\.$/, '') ?? ''
}
