import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../../stacks/stack.ts'
import { clientsOf } from '../clients.ts'
import { findFolderSwap, makeVolume } from '../folder-swap.ts'
import type { BackupOf, KindFor, LiveCounts, Measure, RestoreRequest } from '../kind.ts'
import { addressOf, type Place, placePath, sharersOf } from '../place.ts'
import { requireUnused } from '../require-unused.ts'
import { notReplaced } from '../restore-errors.ts'
import { discardFresh, discardKept, findKeptPlace, measureKept, swapFolders } from '../swap-folders.ts'
import { backUp } from './back-up.ts'
import { backUpCommands, discardCommands, restoreCommands } from './commands.ts'
import { requireLoaded } from './require-loaded.ts'
import { runBeside } from './run-beside.ts'
import { BACKUP_MOUNT, MEASURE, RESTORE_SCRIPT, VERIFY_SCRIPT } from './scripts.ts'
import { askServer, type RedisJob } from './session.ts'

type Backup = BackupOf<'redis'>

/** What a Redis or Valkey server has in memory: saved by itself, proven by another server of its own image. */
export const redisKind: KindFor<'redis'> = {
  users,
  measure,
  backUp,
  verify,
  restoreBeside,
  restoredAs: (job, backup) => `a folder beside ${addressOf(placeOf(job, backup.directory))}`,
  requireFree: async (job, backup) => requireUnused(job, placeOf(job, backup.directory)),
  swap: async (job, backup, request) => swapFolders(job, placeOf(job, backup.directory), request),
  discardRestored: async (job, backup, request) => discardFresh(job, placeOf(job, backup.directory), request),
  measureReplaced,
  discardReplaced,
  query,
  count,
  backUpCommands,
  restoreCommands,
  discardCommands,
}

function placeOf({ stack, dataset }: RedisJob, directory: string): Place {
  return placePath(stack, dataset.service, directory)
}

/** The server itself, those that talk to it, and those that see its files. */
function users(stack: Stack, { service }: DatasetOf<'redis'>): string[] {
  const folders = stack.containers[service]?.[0]?.mounts.map(({ destination }) => destination) ?? []
  const sharers = folders.flatMap((folder) => sharersOf(stack, service, folder))
  return [...new Set([service, ...clientsOf(stack, service), ...sharers])]
}

async function measure(job: RedisJob): Promise<Measure> {
  const { values } = await askServer(job, MEASURE)
  // Throws where nothing could be restored.
  placeOf(job, values.directory ?? '')
  return { bytes: Number(values.bytes), tool: `Redis ${values.server} of the service's image`, alarm: null }
}

async function verify(job: RedisJob, backup: Backup, directory: string): Promise<void> {
  await runBeside(job, placeOf(job, backup.directory), {
    script: VERIFY_SCRIPT,
    args: [backup.file, backup.sha256],
    volumes: [`${directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
}

async function restoreBeside(job: RedisJob, backup: Backup, request: RestoreRequest): Promise<void> {
  const place = placeOf(job, backup.directory)
  const swap = await findFolderSwap(job, place, request)
  await makeVolume(job, swap.volumes.fresh)
  const { appendOnly, appendFile, appendDirectory, modules, databaseFile } = backup
  const server = [databaseFile, modules.join(' '), appendOnly ? 'yes' : 'no', appendFile, appendDirectory]
  const { copy } = await runBeside(job, place, {
    script: RESTORE_SCRIPT,
    args: [backup.file, backup.sha256, swap.fresh, swap.present, ...server],
    volumes: [swap.mount, `${request.directory}:${BACKUP_MOUNT}:ro`],
    doing: 'restored',
  })
  requireLoaded(job, backup, copy)
}

async function measureReplaced(job: RedisJob, name: string): Promise<number | null> {
  return measureKept(job, requireKeptPlace(job, name), name)
}

async function discardReplaced(job: RedisJob, name: string): Promise<void> {
  await discardKept(job, requireKeptPlace(job, name), name)
}

function requireKeptPlace(job: RedisJob, name: string): Place {
  const place = findKeptPlace(job, name)
  if (place === null) throw notReplaced(job, name)
  return place
}

async function query({ dataset }: RedisJob): Promise<string | null> {
  throw new SlipwayError('input.invalid', `${dataset.id} is no database that understands a statement.`, {
    hint: 'Ask a command in its container instead.',
  })
}

async function count(job: RedisJob): Promise<LiveCounts> {
  return { counts: (await askServer(job, MEASURE)).tables, exact: true }
}
