import { type Plan, planSchema } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { JournalText } from '../../shared/operations/journal-text.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { readJournal } from './journal.ts'
import { DIRECTORY_MODE, FILE_MODE, type Layout, layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'

/** Where the records of a stack are. */
export interface Place {
  readonly host: Host
  readonly slipwayDirectory: string
  /** Whose they are. In a copied directory, and in one with two projects, those of another one lie there too. */
  readonly project: string
}

export function placeOf({ session: { host }, slipwayDirectory, ref: { project } }: Stack): Place {
  return { host, slipwayDirectory, project }
}

export function placeOfPlan({ host, layout, plan }: Pick<OperationContext, 'host' | 'layout' | 'plan'>): Place {
  return { host, slipwayDirectory: layout.root, project: plan.stack.project }
}

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
 * may be another's. Throws `operation.not-found`, `operation.other-project`, or `operation.journal-damaged` for a plan
 * that cannot be read.
 */
export async function readPlan(place: Place, id: string, signal?: AbortSignal): Promise<Plan> {
  const { host, slipwayDirectory, project } = place
  const { plan } = layOutOperation(slipwayDirectory, id)
  try {
    const bytes = await host.files.read(plan, signal === undefined ? {} : { signal })
    const written = planSchema.parse(JSON.parse(bytes.toString('utf8')))
    if (written.stack.project !== project) throw otherProject(place, id, written.stack.project)
    return { ...written, stack: { hostId: host.id, project } }
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

function otherProject({ host, slipwayDirectory, project }: Place, id: string, other: string): SlipwayError {
  return new SlipwayError(
    'operation.other-project',
    `${id} in ${slipwayDirectory} on ${host.label} is of the project ${other}, not of ${project}.`,
    {
      state: 'Nothing was changed.',
      hint: `If the directory of ${project} is a copy of that of ${other}, remove the copied ${slipwayDirectory}. Otherwise look for it at ${other}.`,
    },
  )
}

export function hasEnded({ entries }: JournalText): boolean {
  return entries.some(({ type }) => type === 'ended')
}

export async function readOperation(place: Place, id: string, signal?: AbortSignal): Promise<StoredOperation> {
  const files = layOutOperation(place.slipwayDirectory, id)
  const [plan, journal] = await Promise.all([
    readPlan(place, id, signal),
    readJournal(place.host, files.journal, signal),
  ])
  return { plan, journal }
}
