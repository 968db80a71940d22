import { z } from 'zod'
import { SlipwayError } from '../../../../shared/errors.ts'
import type { BucketBackupIndex } from '../../../../shared/operations/bucket-index.ts'
import { flush } from '../../flush.ts'
import { appendToName } from '../cut-name.ts'
import { runOnHost } from '../run-on-host.ts'
import { at, atObject, type BucketJob, list, pathOf, type Request, request } from './client.ts'
import type { Listed } from './listing.ts'

export type StoredObject = BucketBackupIndex['objects'][number]

/** What belongs to an object beside its content. */
const KEPT_HEADERS = /^(content-(type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.+)$/

/** Stands before what curl says of each download: nothing of ours is in the headers of an object. */
const MARK = 'slipway-object'

const headersSchema = z.record(z.string(), z.array(z.string()))

/** Downloads objects into a folder of the host, and returns the headers of each. */
export async function download(
  job: BucketJob,
  bucket: string,
  objects: readonly (Listed & { readonly file: string })[],
  folder: string,
): Promise<Record<string, string>[]> {
  await runOrThrow(job, 'mkdir -p -- "$1"', [folder])
  const output = await request(
    job,
    objects.map(({ key, file }) => [
      ['url', atObject(job, bucket, key)],
      ['output', `${folder}/${file}`],
      ['write-out', `\n${MARK} %{http_code}\n%{header_json}`],
    ]),
  )
  return output
    .split(`\n${MARK} `)
    .slice(1)
    .map((text) => parseHeaders(text.slice(text.indexOf('\n'))))
}

function parseHeaders(json: string): Record<string, string> {
  const headers = headersSchema.parse(JSON.parse(json))
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values.join(', ')]))
}

export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)))
}

export async function upload(job: BucketJob, bucket: string, objects: readonly StoredObject[], folder: string) {
  await request(
    job,
    objects.map(
      ({ key, file, headers }): Request => [
        ['url', atObject(job, bucket, key)],
        ['upload-file', `${folder}/${file}`],
        ['header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'],
        ['header', 'Expect:'],
        ...Object.entries(headers).map(([name, value]) => ['header', `${name}: ${value}`] as const),
      ],
    ),
  )
}

/** Within the server: the content goes nowhere. */
export async function copyObjects(job: BucketJob, from: string, to: string, keys: readonly string[]): Promise<void> {
  await request(
    job,
    keys.map((key) => [
      ['url', atObject(job, to, key)],
      ['request', 'PUT'],
      ['header', `x-amz-copy-source: ${pathOf(from, key)}`],
      ['header', 'Content-Length: 0'],
    ]),
  )
}

export async function removeObjects(job: BucketJob, bucket: string, keys: readonly string[]): Promise<void> {
  await request(
    job,
    keys.map((key) => [
      ['url', atObject(job, bucket, key)],
      ['request', 'DELETE'],
    ]),
  )
}

export async function makeBucket(job: BucketJob, bucket: string): Promise<void> {
  await request(job, [
    [
      ['url', at(job, bucket)],
      ['request', 'PUT'],
      ['header', 'Content-Length: 0'],
    ],
  ])
}

/** With everything in it. */
export async function removeBucket(job: BucketJob, bucket: string): Promise<void> {
  const objects = await list(job, bucket)
  await removeObjects(
    job,
    bucket,
    objects.map(({ key }) => key),
  )
  await request(job, [
    [
      ['url', at(job, bucket)],
      ['request', 'DELETE'],
    ],
  ])
}

/** `FOLDER`: size and hash of each file, in the order of their names. */
const HASH = `set -eu
cd "$1"
find . -type f -print0 | sort -z | xargs -0 -r sha256sum
${flush('.')}
printf 'bytes %s\\n' "$(find . -type f -exec stat -c %s {} + | { sum=0; while read -r size; do sum=$((sum + size)); done; echo $sum; })"`

/** Hash by name of the files in a folder of the host, and how many bytes they are. */
export async function hashFiles(
  job: BucketJob,
  folder: string,
): Promise<{ readonly hashes: ReadonlyMap<string, string>; readonly bytes: number }> {
  const lines = (await runOrThrow(job, HASH, [folder])).trimEnd().split('\n')
  const hashes = lines.slice(0, -1).map((line): [string, string] => [line.slice('./'.length + 66), line.slice(0, 64)])
  return { hashes: new Map(hashes), bytes: Number(lines.at(-1)?.slice('bytes '.length)) }
}

async function runOrThrow(job: BucketJob, script: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runOnHost(job, script, args)
  if (code === 0) return stdout
  const full = /no space left/i.test(stderr)
  throw new SlipwayError(
    full ? 'host.disk-full' : 'backup.failed',
    `The copy of the bucket ${job.dataset.id} on ${job.host.label} could not be read back: ${stderr.trim()}`,
    { hint: full ? 'Free some space, and try again.' : 'See the output.' },
  )
}

/** Whether all of some objects lie in a folder as the index says. */
export async function areWhole(job: BucketJob, folder: string, objects: readonly StoredObject[]): Promise<boolean> {
  const { hashes } = await hashFiles(job, folder)
  return objects.every(({ file, sha256 }) => hashes.get(file) === sha256)
}

/** What a restore calls a bucket beside another, in the letters that S3 allows. */
export function besideName(bucket: string, kind: 'new' | 'old', mark: string): string {
  const suffix = `-slipway-${kind}-${mark.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`
  return appendToName(bucket, suffix, '-')
}
