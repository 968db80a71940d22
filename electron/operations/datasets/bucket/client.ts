import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import { findBareAddress, formatAddress } from '../../../health/service-address.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import type { DatasetJob } from '../kind.ts'
import { requireContainer } from '../place.ts'
import { resolveSecret } from '../resolve-secret.ts'
import { resolveSetting } from '../resolve-setting.ts'
import { TRANSFER_TIMEOUT_MS } from '../run-on-host.ts'
import { explainFailure } from './errors.ts'
import { type Listed, parseListPage } from './listing.ts'

export type BucketJob = DatasetJob<DatasetOf<'bucket'>>

/** As much as an S3 server lists at once, and as many requests as one curl makes. */
const PAGE = 1000
/** Of a listing, or of the headers of a page of objects. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** One request, in the words of curl's configuration: each option with its value. */
export type Request = readonly (readonly [option: string, value: string])[]

export function bucketOf({ stack, dataset }: Pick<BucketJob, 'stack' | 'dataset'>): string {
  return resolveSetting(stack, dataset.service, dataset.bucket)
}

/** Path of a bucket, or of an object in it, percent-encoded as signatures want it. */
export function pathOf(bucket: string, key?: string): string {
  return key === undefined ? `/${bucket}` : `/${bucket}/${key.split('/').map(encode).join('/')}`
}

/** As RFC 3986 has it, which is stricter than JavaScript. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * Makes requests with the host's curl, a thousand at most in one run; the first failure ends it. The bodies stay on the
 * host, and the keys go by standard input, so that no list of processes shows them. Returns what curl printed.
 */
export async function request(job: BucketJob, requests: readonly Request[]): Promise<string> {
  const outputs: string[] = []
  for (let start = 0; start < requests.length; start += PAGE) {
    const result = await run(job, requests.slice(start, start + PAGE))
    if (result.code !== 0) throw explainFailure(job, result)
    outputs.push(result.stdout)
  }
  return outputs.join('')
}

/** Whether the bucket is there. */
export async function hasBucket(job: BucketJob, bucket: string): Promise<boolean> {
  const result = await run(job, [[['url', `${endpointOf(job)}${pathOf(bucket)}?list-type=2&max-keys=1`]]])
  if (result.code === 0) return true
  if (result.stdout.includes('<Code>NoSuchBucket</Code>')) return false
  throw explainFailure(job, result)
}

export async function list(job: BucketJob, bucket: string): Promise<Listed[]> {
  const objects: Listed[] = []
  for (let more = true; more; ) {
    const last = objects.at(-1)?.key
    // In the order of their names: older versions of curl sign them as they stand.
    const after = last === undefined ? '' : `&start-after=${encode(last)}`
    const page = parseListPage(
      await request(job, [[['url', at(job, bucket, `?list-type=2&max-keys=${PAGE}${after}`)]]]),
    )
    objects.push(...page.objects)
    more = page.isTruncated && page.objects.length > 0
  }
  return objects
}

export function at(job: BucketJob, bucket: string, query = ''): string {
  return `${endpointOf(job)}${pathOf(bucket)}${query}`
}

export function atObject(job: BucketJob, bucket: string, key: string): string {
  return `${endpointOf(job)}${pathOf(bucket, key)}`
}

function run(job: BucketJob, requests: readonly Request[]): Promise<ExecResult> {
  return job.host.exec(['curl', '--config', '-'], {
    input: writeConfig(job, requests),
    sudo: job.host.usesSudo,
    signal: job.signal,
    timeoutMs: TRANSFER_TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    okCodes: 'any',
  })
}

function writeConfig(job: BucketJob, requests: readonly Request[]): string {
  const { stack, dataset } = job
  const user = `${requireSecret(job, dataset.accessKey)}:${requireSecret(job, dataset.secretKey)}`
  const region = resolveSetting(stack, dataset.service, dataset.region)
  const every: Request = [
    ['user', user],
    ['aws-sigv4', `aws:amz:${region}:s3`],
    ['connect-timeout', '20'],
  ]
  // Keys may hold brackets and braces, which would be patterns.
  const flags = 'silent\nshow-error\nfail-with-body\ngloboff'
  const sections = requests.map((options) =>
    [flags, ...[...every, ...options].map(([option, value]) => `${option} = ${quote(value)}`)].join('\n'),
  )
  return `fail-early\n${sections.join('\nnext\n')}\n`
}

/** A value in curl's configuration. */
function quote(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `"${escaped}"`
}

function endpointOf({ stack, dataset, host }: BucketJob): string {
  const container = requireContainer(stack, dataset.service)
  const address = container.state === 'running' ? findBareAddress(container, dataset.port) : null
  if (address !== null) return `http://${formatAddress(address)}`
  throw new SlipwayError(
    'backup.failed',
    `The S3 server ${dataset.service} on ${host.label} does not run (${container.state}), or has no address.`,
    { state: 'Nothing was changed.', hint: `Start it first: docker compose up -d ${dataset.service}` },
  )
}

function requireSecret({ stack, dataset, host }: BucketJob, id: string): string {
  const value = resolveSecret(stack, id)
  if (value !== null && value !== '') return value
  throw new SlipwayError(
    'backup.failed',
    `The bucket ${dataset.id} on ${host.label} cannot be opened: the secret ${id} is not set.`,
    { state: 'Nothing was changed.', hint: 'Compare the secret in the runbook with the variables of the stack.' },
  )
}
