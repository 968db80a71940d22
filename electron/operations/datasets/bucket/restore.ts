import { createHash } from 'node:crypto'
import { SlipwayError } from '../../../../shared/errors.ts'
import { type BucketBackupIndex, bucketIndexSchema } from '../../../../shared/operations/bucket-index.ts'
import type { BackupOf, RestoreRequest } from '../kind.ts'
import { at, type BucketJob, bucketOf, hasBucket, list, request } from './client.ts'
import { byKey, isSameObject } from './listing.ts'
import {
  areWhole,
  besideName,
  copyObjects,
  download,
  makeBucket,
  removeBucket,
  removeObjects,
  type StoredObject,
  upload,
} from './objects.ts'

type Backup = BackupOf<'bucket'>

const MAX_INDEX_BYTES = 256 * 1024 * 1024
/** Written into the bucket of what was replaced, when all of it is there: before it nothing is replaced. */
const COMPLETE = '.slipway-complete'

export async function verify(job: BucketJob, backup: Backup, directory: string): Promise<void> {
  await readWhole(job, backup, directory)
}

/**
 * Into a new bucket of the same server, as far as the present one differs: what is in it as it was then need not be
 * brought back. What was put there is read back and held against the index before anybody sees it.
 */
export async function restoreBeside(job: BucketJob, backup: Backup, where: RestoreRequest): Promise<void> {
  const index = await readWhole(job, backup, where.directory)
  const bucket = bucketOf(job)
  const fresh = besideName(bucket, 'new', where.mark)
  const present = byKey(await list(job, bucket))
  const missing = index.objects.filter((object) => !isSameObject(object, present.get(object.key)))
  if (await hasBucket(job, fresh)) await removeBucket(job, fresh)
  await makeBucket(job, fresh)
  await upload(job, fresh, missing, `${where.directory}/${backup.folder}`)
  await proveUploaded(job, fresh, missing, `${where.directory}/.restored-${where.mark}`)
}

async function proveUploaded(job: BucketJob, fresh: string, objects: readonly StoredObject[], folder: string) {
  const { host, signal, dataset } = job
  try {
    await download(job, fresh, objects, folder)
    if (await areWhole(job, folder, objects)) return
  } finally {
    await host.files.removeTree(folder, { signal }).catch(() => undefined)
  }
  throw new SlipwayError(
    'backup.restore-failed',
    `${dataset.id} on ${host.label} was restored beside, but what the server gives back is not what it was given.`,
    { state: 'The present data was not touched.', hint: "Look into the S3 server's log, and at its disk." },
  )
}

/** Buckets have no other name, so objects move within the server; first what is replaced, then what replaces it. */
export async function swap(job: BucketJob, backup: Backup, where: RestoreRequest): Promise<string | null> {
  const index = await readIndex(job, backup, where.directory)
  const bucket = bucketOf(job)
  const [fresh, kept] = [besideName(bucket, 'new', where.mark), besideName(bucket, 'old', where.mark)]
  const [present, restored] = [await list(job, bucket), byKey(await list(job, fresh))]
  const wanted = byKey(index.objects)
  const replaced = present.filter(({ key }) => !wanted.has(key) || restored.has(key)).map(({ key }) => key)
  const hasKept = await keep(job, { bucket, kept, replaced })
  await copyObjects(job, fresh, bucket, [...restored.keys()])
  await removeObjects(
    job,
    bucket,
    replaced.filter((key) => !wanted.has(key)),
  )
  await requireSame(job, bucket, index)
  await removeBucket(job, fresh)
  return hasKept ? kept : null
}

/** Once it is complete, it stays as it is: a later try would keep what an earlier one has restored. */
async function keep(
  job: BucketJob,
  { bucket, kept, replaced }: { readonly bucket: string; readonly kept: string; readonly replaced: readonly string[] },
): Promise<boolean> {
  const isThere = await hasBucket(job, kept)
  if (isThere && byKey(await list(job, kept)).has(COMPLETE)) return true
  if (replaced.length === 0) return false
  if (!isThere) await makeBucket(job, kept)
  await copyObjects(job, bucket, kept, replaced)
  const there = byKey(await list(job, kept))
  const lost = replaced.find((key) => !there.has(key))
  if (lost !== undefined) throw differs(job, `${lost} could not be put aside`, 'Nothing was replaced.')
  await request(job, [
    [
      ['url', `${at(job, kept)}/${COMPLETE}`],
      ['request', 'PUT'],
      ['header', 'Content-Length: 0'],
    ],
  ])
  return true
}

/** By name and size: the server may give a copy another ETag. */
async function requireSame(job: BucketJob, bucket: string, { objects }: BucketBackupIndex): Promise<void> {
  const now = byKey(await list(job, bucket))
  const wrong = objects.find(({ key, sizeBytes }) => now.get(key)?.sizeBytes !== sizeBytes)
  if (wrong !== undefined || now.size !== objects.length) {
    const what = `it holds ${now.size} objects where the backup has ${objects.length}`
    throw differs(job, what, 'What it held is kept beside it.')
  }
}

function differs({ dataset, host }: BucketJob, what: string, state: string): SlipwayError {
  return new SlipwayError('backup.restore-failed', `The bucket ${dataset.id} on ${host.label}: ${what}.`, {
    state,
    hint: 'Roll back again.',
  })
}

async function readWhole(job: BucketJob, backup: Backup, directory: string): Promise<BucketBackupIndex> {
  const index = await readIndex(job, backup, directory)
  if (await areWhole(job, `${directory}/${backup.folder}`, index.objects)) return index
  throw corrupt(job, `the objects in ${backup.folder} are not those of its index`)
}

async function readIndex(job: BucketJob, backup: Backup, directory: string): Promise<BucketBackupIndex> {
  const { host, signal } = job
  const bytes = await host.files.read(`${directory}/${backup.file}`, { maxBytes: MAX_INDEX_BYTES, signal })
  if (createHash('sha256').update(bytes).digest('hex') !== backup.sha256) {
    throw corrupt(job, `${backup.file} is not the file that the manifest names`)
  }
  return bucketIndexSchema.parse(JSON.parse(bytes.toString('utf8')))
}

function corrupt({ dataset, host }: BucketJob, what: string): SlipwayError {
  return new SlipwayError('backup.corrupt', `The backup of ${dataset.id} on ${host.label} was damaged: ${what}.`, {
    state: 'The present data was not touched.',
    hint: 'Use another backup.',
  })
}
