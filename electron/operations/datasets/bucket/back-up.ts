import { createHash } from 'node:crypto'
import { SlipwayError } from '../../../../shared/errors.ts'
import type { BucketBackupIndex } from '../../../../shared/operations/bucket-index.ts'
import { FILE_MODE } from '../../layout.ts'
import type { BackupRequest, Copy } from '../kind.ts'
import { type BucketJob, bucketOf, list } from './client.ts'
import { byKey, isSameObject, type Listed } from './listing.ts'
import { download, hashFiles, keptHeaders, type StoredObject } from './objects.ts'

/** Downloads every object to the host's disk and hashes it there; what changes meanwhile makes it no backup. */
export async function backUp(job: BucketJob, { directory }: BackupRequest): Promise<Copy> {
  const bucket = bucketOf(job)
  const file = `${job.dataset.id}.bucket.json`
  const folder = `${job.dataset.id}.bucket`
  const listed = await list(job, bucket)
  const planned = listed.map((object, index) => ({ ...object, file: String(index + 1).padStart(6, '0') }))
  const headers = await download(job, bucket, planned, `${directory}/${folder}.partial`)
  const { hashes, bytes } = await hashFiles(job, `${directory}/${folder}.partial`)
  const objects = planned.map(({ key, file: name, sizeBytes, etag }, index): StoredObject => {
    const got = headers[index] ?? {}
    if ((got.etag ?? '').replaceAll('"', '') !== etag) throw changed(job, key)
    return { key, file: name, sizeBytes, etag, sha256: hashes.get(name) ?? '', headers: keptHeaders(got) }
  })
  await requireUnchanged(job, listed, await list(job, bucket))
  const index: BucketBackupIndex = { format: 1, bucket, objects }
  const text = `${JSON.stringify(index)}\n`
  await job.host.files.writeAtomic(`${directory}/${file}.partial`, text, { mode: FILE_MODE, signal: job.signal })
  const total = listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    backup: {
      kind: 'bucket',
      bucket,
      file,
      folder,
      sizeBytes: bytes + Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      objects: objects.length,
      bytes,
      schemaVersion: null,
      tool: 'curl of the host',
    },
    source: { objects: listed.length, bytes: total },
    copy: { objects: hashes.size, bytes },
    // A new product has no files yet; a bucket that does not exist is told by its server.
    mayBeEmpty: true,
    besides: [folder],
    warnings: [],
  }
}

/** What is added meanwhile is of a later moment; what is gone or changed is not in the copy as it was. */
async function requireUnchanged(job: BucketJob, before: readonly Listed[], after: readonly Listed[]): Promise<void> {
  const now = byKey(after)
  const moved = before.find((object) => !isSameObject(object, now.get(object.key)))
  if (moved !== undefined) throw changed(job, moved.key)
}

function changed({ dataset, host }: BucketJob, key: string): SlipwayError {
  return new SlipwayError(
    'backup.failed',
    `The bucket ${dataset.id} on ${host.label} could not be backed up: ${key} changed while it was copied.`,
    {
      state: 'The copy was not kept as a backup.',
      hint: 'Name the services that write the bucket under backup.stop or backup.pause in the runbook.',
    },
  )
}
