import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import { type ContainerScript, runContainerScript } from '../container-script.ts'
import { FOLDER_NEED } from '../folder-need.ts'
import { type FolderSwap, findFolderSwap, makeVolume } from '../folder-swap.ts'
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
import { addressOf, type Place, placePath, sharersOf } from '../place.ts'
import { requireUnused } from '../require-unused.ts'
import { parseScriptReport, type ScriptReport } from '../script-report.ts'
import { discardFresh, discardKept, measureKept, swapFolders } from '../swap-folders.ts'
import { backUpCommands, discardCommands, restoreCommands } from './commands.ts'
import { BACKUP_MOUNT, BACKUP_SCRIPT, COUNT_SCRIPT, RESTORE_SCRIPT, VERIFY_SCRIPT, VOLUME_EXIT } from './scripts.ts'

type Job = DatasetJob<DatasetOf<'volume'>>
type Backup = BackupOf<'volume'>

/** Files in a volume or folder: packed by a container that sees what the service sees, and restored beside. */
export const volumeKind: KindFor<'volume'> = {
  users: (stack, dataset) => sharersOf(stack, dataset.service, dataset.path),
  measure,
  backUp,
  verify,
  restoreBeside,
  restoredAs: (job) => `a folder beside ${addressOf(placeOf(job))}`,
  requireFree: async (job) => requireUnused(job, placeOf(job)),
  swap: async (job, _backup, request) => swapFolders(job, placeOf(job), request),
  discardRestored: async (job, _backup, request) => discardFresh(job, placeOf(job), request),
  measureReplaced: async (job, name) => measureKept(job, placeOf(job), name),
  discardReplaced: async (job, name) => discardKept(job, placeOf(job), name),
  query,
  count,
  backUpCommands,
  restoreCommands,
  discardCommands,
}

function placeOf({ stack, dataset }: Job): Place {
  return placePath(stack, dataset.service, dataset.path)
}

async function measure(job: Job): Promise<Measure> {
  const { counts } = await count(job)
  const { files = 0, bytes = 0 } = counts
  const where = `${job.dataset.path} of service ${job.dataset.service}`
  const alarm =
    files === 0 && !job.dataset.mayBeEmpty
      ? `There are no files in ${where}: the product may keep its data elsewhere.`
      : null
  return { bytes, tool: 'tar', alarm }
}

async function backUp(job: Job, { directory, owner }: BackupRequest): Promise<Copy> {
  const { dataset } = job
  const [file, listing] = [`${dataset.id}.tar`, `${dataset.id}.tar.list`]
  const { values } = await run(job, {
    script: BACKUP_SCRIPT,
    args: [dataset.path, file, listing, owner, ...dataset.exclude],
    volumes: [readOnly(placeOf(job)), `${directory}:${BACKUP_MOUNT}`],
    doing: 'backed up',
  })
  const held = { files: Number(values.files), bytes: Number(values.bytes) }
  return {
    backup: {
      kind: 'volume',
      sourcePath: dataset.path,
      volume: placeOf(job).volume,
      exclude: [...dataset.exclude],
      file,
      sizeBytes: Number(values.size),
      sha256: values.sha256 ?? '',
      ...held,
      listing,
      listingSha256: values.listing ?? '',
      schemaVersion: null,
      tool: values.tool ?? 'tar',
    },
    source: { entries: Number(values.names), ...held },
    copy: { entries: Number(values.entries), ...held },
    mayBeEmpty: dataset.mayBeEmpty,
    besides: [listing],
    warnings: [],
  }
}

async function verify(job: Job, backup: Backup, directory: string): Promise<void> {
  await run(job, {
    script: VERIFY_SCRIPT,
    args: [backup.file, backup.sha256],
    volumes: [`${directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
}

async function restoreBeside(job: Job, backup: Backup, request: RestoreRequest): Promise<void> {
  const swap: FolderSwap = await findFolderSwap(job, placeOf(job), request)
  await makeVolume(job, swap.volumes.fresh)
  await run(job, {
    script: RESTORE_SCRIPT,
    args: [backup.file, backup.sha256, backup.listingSha256, swap.fresh],
    volumes: [swap.mount, `${request.directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
}

async function query({ dataset }: Job): Promise<string | null> {
  throw new SlipwayError('input.invalid', `${dataset.id} is a folder of files: it cannot be asked anything.`, {
    hint: 'Name a database in the runbook.',
  })
}

async function count(job: Job): Promise<LiveCounts> {
  const { values } = await run(job, {
    script: COUNT_SCRIPT,
    args: [job.dataset.path, ...job.dataset.exclude],
    volumes: [readOnly(placeOf(job))],
    doing: 'read',
  })
  return { counts: { files: Number(values.files), bytes: Number(values.bytes) }, exact: true }
}

function readOnly({ mount }: Place): string {
  return `${mount}:ro`
}

async function run(job: Job, script: Omit<ContainerScript, 'exits'>): Promise<ScriptReport> {
  return parseScriptReport(await runContainerScript(job, placeOf(job), FOLDER_NEED, { ...script, exits: EXITS }))
}

const EXITS: ContainerScript['exits'] = {
  [VOLUME_EXIT.missing]: (what, details) =>
    new SlipwayError('backup.failed', `${what}: it is not there.`, {
      hint: 'Compare the path in the runbook with where the product keeps its files.',
      details,
    }),
  [VOLUME_EXIT.changed]: (what, details) =>
    new SlipwayError('backup.failed', `${what}: files changed while they were copied.`, {
      state: 'The copy was not kept as a backup.',
      hint: 'Name the services that write them under backup.stop or backup.pause in the runbook.',
      details,
    }),
  [VOLUME_EXIT.differs]: (what, details) =>
    new SlipwayError('backup.corrupt', `${what}: the archive's checksum is not the one in its manifest.`, {
      state: 'The present data was not touched.',
      hint: 'Use another backup.',
      details,
    }),
  [VOLUME_EXIT.otherListing]: (what, details) =>
    new SlipwayError('backup.restore-failed', `${what}: what was unpacked is not what the manifest lists.`, {
      state: 'The present data was not touched.',
      hint: 'Use another backup.',
      details,
    }),
}
