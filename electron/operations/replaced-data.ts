import { z } from 'zod'
import {
  type ReplacedData,
  type ReplacedList,
  type ReplacedRef,
  replacedDataSchema,
} from '../../shared/contract/backups.ts'
import { type ErrorShape, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import type { Dataset } from '../../shared/runbook/data-schema.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { listNames } from './backup-store.ts'
import type { DatasetJob } from './datasets/kind.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsOf } from './datasets/of-stack.ts'
import { QUESTION } from './datasets/throwaway-container.ts'
import { FILE_MODE, layOut, layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { type Place, placeOfPlan, readPlan } from './operation-files.ts'
import { hasCode } from './runner.ts'

/** `replaced.json` of an operation: what its restores have put aside, until its retention ends or a person deletes it. */
const replacedFileSchema = z.array(z.looseObject(replacedDataSchema.omit({ operationId: true }).shape))
type Replaced = z.infer<typeof replacedFileSchema>[number]

/** Replaced data of so many operations is kept; each is as large as the data itself. */
export const KEPT_REPLACED = 3
/** Files read at once: a host's channels are few. */
const PARALLEL = 4

/** Remembers on the host what a restore has kept, so that whoever tidies up later finds it. */
export async function noteReplaced({ host, files }: OperationContext, dataset: Dataset, name: string): Promise<void> {
  const known = await readReplaced(host, files.replaced)
  const at = new Date(host.now()).toISOString()
  const all = [...known.filter((other) => other.name !== name), { dataset: dataset.id, kind: dataset.kind, name, at }]
  await writeReplaced(host, files.replaced, all)
}

/** What all operations of a stack have kept, newest first. A note that cannot be read is told, and the rest is shown. */
export async function listReplaced(place: Place, signal?: AbortSignal): Promise<ReplacedList> {
  const { operations } = layOut(place.slipwayDirectory)
  const ids = (await listNames(place.host, operations, signal)).filter(isOperationId).reverse()
  const all: ReplacedData[] = []
  let error: ErrorShape | null = null
  for (let start = 0; start < ids.length; start += PARALLEL) {
    const batch = ids.slice(start, start + PARALLEL).map(async (operationId) => {
      const replaced = await readOwnReplaced(place, operationId, signal)
      return replaced.map(({ dataset, kind, name, at }) => ({ operationId, dataset, kind, name, at }))
    })
    for (const result of await Promise.allSettled(batch)) {
      if (result.status === 'fulfilled') all.push(...result.value)
      else if (hasCode(result.reason, 'operation.journal-damaged', 'operation.other-project'))
        error = toErrorShape(result.reason)
      else throw result.reason
    }
  }
  return { replaced: all, error }
}

/** Throws `backup.not-found` for what is not noted, any more or ever. */
export async function findReplaced(
  place: Place,
  { operationId, name }: Pick<ReplacedRef, 'operationId' | 'name'>,
  signal?: AbortSignal,
): Promise<Replaced> {
  const known = await readOwnReplaced(place, operationId, signal)
  const replaced = known.find((one) => one.name === name)
  if (replaced !== undefined) return replaced
  throw new SlipwayError('backup.not-found', `${operationId} keeps no ${name} on ${place.host.label}.`, {
    state: 'Nothing was deleted.',
    hint: 'Somebody may have deleted it meanwhile. Look at the list again.',
  })
}

/** Bytes of replaced data, looked at where it lies; null where it is gone. Throws as `replacedJob` does. */
export async function measureReplaced(
  stack: Stack,
  replaced: Replaced,
  { cli, signal }: Pick<DatasetJob, 'cli' | 'signal'>,
): Promise<{ readonly dataset: Dataset; readonly bytes: number | null }> {
  const job = replacedJob(stack, replaced, { cli, operationId: QUESTION, signal })
  return { dataset: job.dataset, bytes: await kindOf(job.dataset).measureReplaced(job, replaced.name) }
}

/** What a kind is given to look at replaced data, or to delete it. `operation.blocked` where the runbook has no such data set. */
function replacedJob(
  stack: Stack,
  { dataset: id, kind, name }: Replaced,
  rest: Pick<DatasetJob, 'cli' | 'operationId' | 'signal'>,
): DatasetJob {
  const { host } = stack.session
  const dataset = datasetsOf(stack).find((known) => known.id === id && known.kind === kind)
  if (dataset !== undefined) return { host, stack, dataset, ...rest }
  throw new SlipwayError(
    'operation.blocked',
    `The runbook of ${stack.ref.project} names no ${kind} ${id} any more, so Slipway cannot tell where ${name} is on ${host.label}.`,
    { state: 'Nothing was deleted.', hint: 'Name the data set in the runbook again, or delete it by hand.' },
  )
}

/** Deletes it, and then forgets it: what could not be deleted stays noted. */
export async function deleteReplaced(
  { host, cli, layout, plan }: OperationContext,
  stack: Stack,
  operationId: string,
  replaced: Replaced,
  signal: AbortSignal,
): Promise<void> {
  const job = replacedJob(stack, replaced, { cli, operationId: plan.id, signal })
  await kindOf(job.dataset).discardReplaced(job, replaced.name)
  const path = layOutOperation(layout.root, operationId).replaced
  const others = (await readReplaced(host, path)).filter(({ name }) => name !== replaced.name)
  if (others.length === 0) await host.files.remove(path)
  else await writeReplaced(host, path, others)
}

/** Deletes what older operations have kept. What cannot be deleted stays noted, and why is told. */
export async function pruneReplaced(
  context: OperationContext,
  stack: Stack,
  signal: AbortSignal,
): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }> {
  const { replaced: all, error: unread } = await listReplaced(placeOfPlan(context), signal)
  const old = [...new Set(all.map(({ operationId }) => operationId))].slice(KEPT_REPLACED)
  const removed: string[] = []
  const left: string[] = unread === null ? [] : [unread.message]
  for (const replaced of all.filter(({ operationId }) => old.includes(operationId))) {
    try {
      await deleteReplaced(context, stack, replaced.operationId, replaced, signal)
      removed.push(replaced.name)
    } catch (error) {
      signal.throwIfAborted()
      left.push(`${replaced.name} (${toErrorShape(error).message})`)
    }
  }
  return { removed, left }
}

/** What an operation of this project has kept. Throws `operation.other-project` for what one of another has. */
async function readOwnReplaced(place: Place, operationId: string, signal?: AbortSignal): Promise<Replaced[]> {
  const { replaced: path } = layOutOperation(place.slipwayDirectory, operationId)
  const replaced = await readReplaced(place.host, path, signal)
  if (replaced.length === 0) return []
  await readPlan(place, operationId, signal).catch((error: unknown) => {
    // Data is no less there for a plan that cannot be read.
    if (!hasCode(error, 'operation.not-found', 'operation.journal-damaged')) throw error
  })
  return replaced
}

/** Throws `operation.journal-damaged` for a file that cannot be understood: to take it for an empty one would lose what it names. */
async function readReplaced(host: Host, path: string, signal?: AbortSignal): Promise<Replaced[]> {
  try {
    const bytes = await host.files.read(path, signal === undefined ? {} : { signal })
    return replacedFileSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'host.file-missing') return []
    if (isSlipwayError(error)) throw error
    throw new SlipwayError('operation.journal-damaged', `The note of replaced data on ${host.label} cannot be read.`, {
      hint: `Look at ${path}. It may have been written by a newer version of this app.`,
      cause: error,
    })
  }
}

async function writeReplaced(host: Host, path: string, all: readonly Replaced[]): Promise<void> {
  await host.files.writeAtomic(path, `${JSON.stringify(all, null, 2)}\n`, { mode: FILE_MODE })
}
