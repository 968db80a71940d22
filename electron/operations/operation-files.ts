import { type Plan, planSchema } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { JournalText } from '../../shared/operations/journal-text.ts'
import type { Host } from '../hosts/host.ts'
import { readJournal } from './journal.ts'
import { DIRECTORY_MODE, FILE_MODE, type Layout, layOutOperation } from './layout.ts'

/** An operation as it lies on the host. */
export interface StoredOperation {
  readonly plan: Plan
  readonly journal: JournalText
}

/** Makes a stack's `.slipway`. Git must never see it: it holds copies of `.env`. */
export async function makeLayout(host: Host, layout: Layout): Promise<void> {
  for (const directory of [layout.root, layout.operations, layout.backups]) {
    await host.files.makeDirectories(directory, { mode: DIRECTORY_MODE })
  }
  if ((await host.files.stat(layout.gitignore)) === null) {
    await host.files.writeAtomic(layout.gitignore, '*\n', { mode: FILE_MODE })
  }
}

/** Keeps a plan where its operation will be. */
export async function writePlan(host: Host, slipwayDirectory: string, plan: Plan): Promise<void> {
  const files = layOutOperation(slipwayDirectory, plan.id)
  await host.files.makeDirectories(files.directory, { mode: DIRECTORY_MODE })
  await host.files.writeAtomic(files.plan, `${JSON.stringify(plan, null, 2)}\n`, { mode: FILE_MODE })
}

/**
 * The plan of an operation, its stack named as this app knows it: each app has ids of its own for hosts, and the plan
 * may be another's. Throws `operation.not-found`, or `operation.journal-damaged` for a plan that cannot be read.
 */
export async function readPlan(host: Host, slipwayDirectory: string, id: string, signal?: AbortSignal): Promise<Plan> {
  const { plan } = layOutOperation(slipwayDirectory, id)
  try {
    const bytes = await host.files.read(plan, signal === undefined ? {} : { signal })
    const written = planSchema.parse(JSON.parse(bytes.toString('utf8')))
    return { ...written, stack: { ...written.stack, hostId: host.id } }
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'host.file-missing') {
      throw new SlipwayError('operation.not-found', `There is no operation ${id} on ${host.label}.`, { cause: error })
    }
    if (isSlipwayError(error)) throw error
    throw new SlipwayError('operation.journal-damaged', `The plan of ${id} on ${host.label} cannot be read.`, {
      hint: `Look at ${plan}. It may have been written by a newer version of this app.`,
      cause: error,
    })
  }
}

export function hasEnded({ entries }: JournalText): boolean {
  return entries.some(({ type }) => type === 'ended')
}

export async function readOperation(
  host: Host,
  slipwayDirectory: string,
  id: string,
  signal?: AbortSignal,
): Promise<StoredOperation> {
  const [plan, journal] = await Promise.all([
    readPlan(host, slipwayDirectory, id, signal),
    readJournal(host, layOutOperation(slipwayDirectory, id).journal, signal),
  ])
  return { plan, journal }
}
