import { z } from 'zod'
import { isSlipwayError } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'
import type { Dataset } from '../../shared/runbook/data-schema.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { listNames } from './backup-store.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsOf } from './datasets/of-stack.ts'
import { FILE_MODE, layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'

/** Data that a restore has put aside, and where it is kept until its retention ends or a person deletes it. */
const replacedSchema = z.looseObject({
  dataset: z.string(),
  kind: z.string(),
  /** Database, volume, folder or file. */
  name: z.string(),
  at: z.string(),
})
export type ReplacedData = z.infer<typeof replacedSchema>

/** Replaced data of so many operations is kept; each is as large as the data itself. */
const KEPT_REPLACED = 3

/** Remembers on the host what a restore has kept, so that whoever tidies up later finds it. */
export async function noteReplaced({ host, files }: OperationContext, dataset: Dataset, name: string): Promise<void> {
  const known = await readReplaced(host, files.replaced)
  const at = new Date(host.now()).toISOString()
  const all = [...known.filter((other) => other.name !== name), { dataset: dataset.id, kind: dataset.kind, name, at }]
  await host.files.writeAtomic(files.replaced, `${JSON.stringify(all, null, 2)}\n`, { mode: FILE_MODE })
}

export async function readReplaced(host: Host, path: string, signal?: AbortSignal): Promise<ReplacedData[]> {
  try {
    const bytes = await host.files.read(path, signal === undefined ? {} : { signal })
    return z.array(replacedSchema).parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    if (isSlipwayError(error) && error.code !== 'host.file-missing') throw error
    return []
  }
}

/** Removes what older operations have kept, and returns its names. What belongs to no data set of the runbook stays. */
export async function pruneReplaced(context: OperationContext, stack: Stack, signal: AbortSignal): Promise<string[]> {
  const { host, layout } = context
  const withData: { readonly path: string; readonly data: readonly ReplacedData[] }[] = []
  for (const id of (await listNames(host, layout.operations, signal)).filter(isOperationId)) {
    const path = layOutOperation(layout.root, id).replaced
    const data = await readReplaced(host, path, signal)
    if (data.length > 0) withData.push({ path, data })
  }
  const removed: string[] = []
  for (const { path, data } of withData.slice(0, Math.max(0, withData.length - KEPT_REPLACED))) {
    for (const replaced of data) removed.push(...(await discard(context, stack, replaced, signal)))
    await host.files.remove(path, { signal })
  }
  return removed
}

async function discard(
  { host, cli, plan }: OperationContext,
  stack: Stack,
  { dataset: id, kind, name }: ReplacedData,
  signal: AbortSignal,
): Promise<string[]> {
  const dataset = datasetsOf(stack).find((known) => known.id === id && known.kind === kind)
  if (dataset === undefined) return []
  await kindOf(dataset).discardReplaced({ host, cli, stack, dataset, operationId: plan.id, signal }, name)
  return [name]
}
