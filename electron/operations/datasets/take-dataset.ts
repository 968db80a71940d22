import { SlipwayError } from '../../../shared/errors.ts'
import { type DatasetBackup, factsOf } from '../../../shared/operations/backup-manifest.ts'
import { judgeBackup } from '../../../shared/operations/judge-backup.ts'
import type { Copy, DatasetJob } from './kind.ts'
import { kindOf } from './kinds.ts'
import { schemaQueryOf } from './of-stack.ts'
import { requireContainer } from './place.ts'

export interface TakeRequest {
  /** Directory of the backup set on the host. */
  readonly directory: string
  /** `uid:gid` for what is written by a container. */
  readonly owner: string
  /** The same data set in the backup before; null for the first. */
  readonly previous: DatasetBackup | null
  /** Set: a person lets an empty or shrunken backup pass, for this reason. */
  readonly alarmAccepted: string | null
}

/** What shrinks by more is an alarm, where a runbook says nothing of it. */
const USUAL_SHRINK_ALARM_PERCENT = 50

/**
 * Backs up one data set. The copy gets its name only when it is proven and judged: until then its files are
 * `.partial`. Throws `backup.failed`, `backup.empty`, `backup.shrunk`, `backup.corrupt`, `backup.tool-missing`.
 */
export async function takeDataset(job: DatasetJob, request: TakeRequest): Promise<DatasetBackup> {
  const { host, stack, dataset } = job
  const container = requireContainer(stack, dataset.service)
  const startedAt = new Date(host.now()).toISOString()
  const { directory, owner } = request
  const schemaQuery = schemaQueryOf(stack, dataset.id)
  const taken = await kindOf(dataset).backUp(job, { directory, owner, schemaQuery })
  const backup: DatasetBackup = {
    dataset: dataset.id,
    service: dataset.service,
    imageId: container.imageId,
    imageDigest: container.digest,
    pin: container.imageReference,
    startedAt,
    finishedAt: new Date(host.now()).toISOString(),
    warnings: [],
    emptyAccepted: false,
    ...taken.backup,
  }
  const judged = judge(job, request, taken, backup)
  for (const file of [backup.file, ...taken.besides]) {
    await host.files.rename(`${directory}/${file}.partial`, `${directory}/${file}`)
  }
  return { ...backup, ...judged, warnings: [...taken.warnings, ...judged.warnings] }
}

/** What is to be kept of the verdict on a good one, or on one that a person lets pass. */
function judge(
  job: DatasetJob,
  request: TakeRequest,
  { source, copy, mayBeEmpty }: Copy,
  backup: DatasetBackup,
): Pick<DatasetBackup, 'warnings' | 'emptyAccepted'> {
  const { totals, nouns } = factsOf(backup)
  const previous = request.previous === null ? null : factsOf(request.previous)
  const alarmPercent = job.stack.runbook.backup?.shrinkAlarmPercent ?? USUAL_SHRINK_ALARM_PERCENT
  const verdict = judgeBackup({ source, copy, totals, nouns, mayBeEmpty }, previous, alarmPercent)
  if (verdict.kind === 'good') return { warnings: [...verdict.warnings], emptyAccepted: verdict.emptyAccepted }
  if (verdict.kind === 'incomplete' || request.alarmAccepted === null) throw unfit(job, verdict)
  const warning = `${verdict.reason} Let pass: ${request.alarmAccepted}`
  return { warnings: [warning], emptyAccepted: verdict.kind === 'empty' }
}

const CODES = { empty: 'backup.empty', shrunk: 'backup.shrunk', incomplete: 'backup.failed' } as const

function unfit({ dataset, host }: DatasetJob, verdict: { readonly kind: keyof typeof CODES; readonly reason: string }) {
  const looks = verdict.kind === 'shrunk' ? 'much smaller than the one before' : verdict.kind
  const hint =
    verdict.kind === 'shrunk'
      ? 'Find out where the data has gone. If it is meant to be gone, let the backup pass, and say why.'
      : 'Compare the runbook with where the product keeps its data.'
  const message = `The backup of ${dataset.id} (${dataset.kind} of service ${dataset.service}) on ${host.label} is ${looks}: ${verdict.reason}`
  return new SlipwayError(CODES[verdict.kind], message, { state: 'The copy was not kept as a backup.', hint })
}
