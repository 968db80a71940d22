import { SlipwayError } from '../../../../shared/errors.ts'
import { clientsOf } from '../clients.ts'
import type { KindFor, LiveCounts, Measure } from '../kind.ts'
import { backUp } from './back-up.ts'
import { type BucketJob, bucketOf, hasBucket, list } from './client.ts'
import { backUpCommands, restoreCommands } from './commands.ts'
import { missingCurl } from './errors.ts'
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
  swap,
  discardRestored: async (job, _backup, { mark }) => discard(job, besideName(bucketOf(job), 'new', mark)),
  discardReplaced,
  query,
  count,
  backUpCommands,
  restoreCommands,
}

async function measure(job: BucketJob): Promise<Measure> {
  const version = await requireCurl(job)
  const objects = await list(job, bucketOf(job))
  return {
    bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
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

/** The name is read from a file on the host: nothing but what a restore has put aside may go. */
async function discardReplaced(job: BucketJob, name: string): Promise<void> {
  if (/-slipway-old-\d{8}t\d{6}z-[a-z0-9-]+$/.test(name) && name !== bucketOf(job)) await discard(job, name)
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
  const bytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { counts: { objects: objects.length, bytes }, exact: true }
}
