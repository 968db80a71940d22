import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import type { DatasetJob, RestoreRequest } from './datasets/kind.ts'
import { kindOf } from './datasets/kinds.ts'
import type { OperationContext } from './operation-context.ts'
import { noteReplaced } from './replaced-data.ts'
import type { StepReport } from './step.ts'

/** A data set, and what it is to become again. */
export interface Restore {
  readonly job: DatasetJob
  readonly backup: DatasetBackup
}

/** Refuses two restores into one place, of which only the later would be there: `backup.restore-failed`. */
export function requireOwnPlaces(restores: readonly Restore[], request: RestoreRequest): void {
  const taken = new Map<string, string>()
  for (const { job, backup } of restores) {
    const place = kindOf(job.dataset).restoredAs(job, backup, request)
    const other = taken.get(place)
    if (other !== undefined) throw inOnePlace(job, other, place)
    taken.set(place, job.dataset.id)
  }
}

/**
 * Puts everything that was restored in its place. Before the first, each is asked whether it can be: of data of two
 * moments no version knows what to make. What goes wrong then says what is replaced already, and what that is kept as.
 */
export async function swapData(
  context: OperationContext,
  restores: readonly Restore[],
  request: RestoreRequest,
  { say }: Pick<StepReport, 'say'>,
): Promise<void> {
  for (const { job, backup } of restores) await kindOf(job.dataset).requireFree(job, backup)
  const done: Swapped[] = []
  try {
    for (const { job, backup } of restores) {
      const kept = await kindOf(job.dataset).swap(job, backup, request)
      done.push({ id: job.dataset.id, kept })
      if (kept !== null) await noteReplaced(context, job.dataset, kept)
      const where = kept === null ? '' : ` What was there is kept as ${kept}.`
      await say(`${job.dataset.id} is as it was at ${backup.startedAt}, checked.${where}`)
    }
  } catch (error) {
    const ids = restores.slice(done.length).map(({ job }) => job.dataset.id)
    throw done.length === 0 || !isSlipwayError(error) ? error : halfSwapped(error, done, ids)
  }
}

interface Swapped {
  readonly id: string
  readonly kept: string | null
}

/** The same error, so that whoever branches on its code still can. */
function halfSwapped(error: SlipwayError, done: readonly Swapped[], [first, ...more]: readonly string[]): SlipwayError {
  const names = done.map(({ id, kept }) => (kept === null ? id : `${id}, of which what was there is kept as ${kept}`))
  const failed = first === undefined ? [] : [`${first} is not: ${error.state ?? error.message}`]
  const left = more.length === 0 ? [] : [`Not begun: ${more.join(', ')}.`]
  const { code, message, hint, retryable, details } = error
  const state = [`Replaced already: ${names.join('; ')}.`, ...failed, ...left].join(' ')
  return new SlipwayError(code, message, { state, hint, retryable, details, cause: error })
}

function inOnePlace({ dataset, host }: DatasetJob, other: string, place: string): SlipwayError {
  return new SlipwayError(
    'backup.restore-failed',
    `${other} and ${dataset.id} on ${host.label} would both be restored as ${place}, one over the other.`,
    { state: 'The data was not touched.', hint: 'Name the same data only once in the runbook, then roll back again.' },
  )
}
