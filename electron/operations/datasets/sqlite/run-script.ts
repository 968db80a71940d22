import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import { type ContainerScript, runContainerScript } from '../container-script.ts'
import type { DatasetJob } from '../kind.ts'
import { type Place, placePath } from '../place.ts'
import { parseScriptReport, type ScriptReport } from '../script-report.ts'
import { findTool, type Tool, type ToolNeed } from '../tool.ts'
import { SCRIPT_EXIT } from './scripts.ts'

export type SqliteJob = DatasetJob<DatasetOf<'sqlite'>>

/** The image's own first: it may know more than the host's. */
const NEED: ToolNeed = {
  program: 'sqlite3',
  programs: ['sha256sum', 'stat', 'cut', 'sed', 'grep', 'cat', 'mkdir', 'sync', 'chown'],
  proof: 'sqlite3 --version | grep -q "^3"',
  first: 'image',
}

export function placeOf({ stack, dataset }: Pick<SqliteJob, 'stack' | 'dataset'>): Place {
  return placePath(stack, dataset.service, dataset.path)
}

export function findSqlite({ host, cli, signal, ...job }: SqliteJob): Promise<Tool> {
  return findTool(host, cli, NEED, { container: placeOf(job).container, signal, service: job.dataset.service })
}

/** Runs a script beside the database, in a container that has sqlite3. */
export async function runScript(
  job: SqliteJob,
  run: Omit<ContainerScript, 'exits' | 'volumes'> & Partial<Pick<ContainerScript, 'volumes'>>,
): Promise<ScriptReport> {
  const place = placeOf(job)
  const volumes = [place.mount, ...(run.volumes ?? [])]
  return parseScriptReport(await runContainerScript(job, place, NEED, { ...run, volumes, exits: exitsOf(run.doing) }))
}

function exitsOf(doing: ContainerScript['doing']): ContainerScript['exits'] {
  const touched = doing === 'restored' ? 'The database was not touched.' : 'The copy was not kept as a backup.'
  return {
    [SCRIPT_EXIT.missingSource]: (what, details) =>
      new SlipwayError('backup.failed', `${what}: there is no such file.`, {
        hint: 'Compare the path in the runbook with where the product keeps its data.',
        details,
      }),
    [SCRIPT_EXIT.emptySource]: (what, details) =>
      new SlipwayError('backup.empty', `${what}: the file is empty.`, {
        hint: 'The product most likely keeps its data elsewhere: a backup of this file would prove nothing.',
        details,
      }),
    [SCRIPT_EXIT.corrupt]: (what, details) =>
      new SlipwayError('backup.corrupt', `${what}: the copy fails SQLite's integrity check.`, {
        state: touched,
        hint: 'Check the database itself with PRAGMA integrity_check.',
        details,
      }),
    [SCRIPT_EXIT.copyDiffers]: (what, details) =>
      new SlipwayError('backup.corrupt', `${what}: the backup's checksum is not the one in its manifest.`, {
        state: 'The database was not touched.',
        hint: 'Use another backup.',
        details,
      }),
  }
}
