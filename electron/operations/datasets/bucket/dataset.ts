import { SlipwayError } from '../../../../shared/errors.ts'
import { clientsOf } from '../clients.ts'
import type { KindFor, LiveCounts, Measure } from '../kind.ts'
import { notReplaced } from '../restore-errors.ts'
import { backUp } from './back-up.ts'
import { type BucketJob, bucketOf, hasBucket, list } from './client.ts'
import { backUpCommands, discardCommands, restoreCommands } from './commands.ts'
import { missingCurl } from './errors.ts'
import type { Listed } from './listing.ts'
import { besideName, removeBucket } from './objects.ts'
import { restoreBeside, swap, verify } from './restore.ts'

/** A bucket of an S3 server in the stack: asked by the host's curl, so that nothing of it passes the laptop. */
export const bucketKind: KindFor<'bucket'> = {
  // Not the server itself: it has to answer.
  users: (stack, { service }) => clientsOf(stack, service),
  measure,
  backUp,
  verify,
  restoreBeside,
  restoredAs: (job, _backup, { mark }) => `bucket ${besideName(bucketOf(job), 'new', mark)} of ${job.dataset.service}`,
  // An S3 server does not say who uses it.
  requireFree: async () => undefined,
  swap,
  discardRestored: async (job, _backup, { mark }) => discard(job, besideName(bucketOf(job), 'new', mark)),
  measureReplaced,
  discardReplaced,
  query,
  count,
  backUpCommands,
  restoreCommands,
  discardCommands,
}

async function measure(job: BucketJob): Promise<Measure> {
  const version = await requireCurl(job)
  const objects = await list(job, bucketOf(job))
  return {
    bytes: sumBytes(objects),
    tool: `curl ${version} of the host`,
    alarm: null,
  }
}

async function requireCurl({ host, dataset, signal }: BucketJob): Promise<string> {
  const { stdout, code } = await host.exec(['sh', '-c', 'curl --version'], { okCodes: 'any', signal })
  const [, major = 0, minor = 0] = /^curl (\d+)\.(\d+)/.exec(stdout) ?? []
  // From 7.83 on it tells the headers of each object.
  const isFit = code === 0 && (Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 83))
  if (!isFit) throw missingCurl(`The bucket ${dataset.id} of service ${dataset.service}`, host.label)
  return `${major}.${minor}`
}

async function measureReplaced(job: BucketJob, name: string): Promise<number | null> {
  requireReplaced(job, name)
  return (await hasBucket(job, name)) ? sumBytes(await list(job, name)) : null
}

async function discardReplaced(job: BucketJob, name: string): Promise<void> {
  requireReplaced(job, name)
  await discard(job, name)
}

function requireReplaced(job: BucketJob, name: string): void {
  const isReplaced = /-slipway-old-\d{8}t\d{6}z-[a-z0-9-]+$/.test(name) && name !== bucketOf(job)
  if (!isReplaced) throw notReplaced(job, name)
}

async function discard(job: BucketJob, bucket: string): Promise<void> {
  if (await hasBucket(job, bucket)) await removeBucket(job, bucket)
}

async function query({ dataset }: BucketJob): Promise<string | null> {
  throw new SlipwayError('input.invalid', `${dataset.id} is a bucket of files: it cannot be asked anything.`, {
    hint: 'Name a database in the runbook.',
  })
}

async function count(job: BucketJob): Promise<LiveCounts> {
  const objects = await list(job, bucketOf(job))
  return { counts: { objects: objects.length, bytes: sumBytes(objects) }, exact: true }
}

function sumBytes(objects: readonly Listed[]): number {
  return objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
