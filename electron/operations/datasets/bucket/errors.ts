import { SlipwayError } from '../../../../shared/errors.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import type { BucketJob } from './client.ts'
import { parseS3Error } from './listing.ts'

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  NoSuchBucket: [
    'there is no such bucket',
    'Compare the bucket in the runbook with where the product keeps its files.',
  ],
  NoSuchKey: [
    'an object vanished while it was copied',
    'Name the services that write the bucket under backup.stop or backup.pause in the runbook.',
  ],
  InvalidAccessKeyId: ['the server does not know the access key', 'Compare the secret in the runbook with the server.'],
  SignatureDoesNotMatch: ['the server refuses the secret key', 'Compare the secret in the runbook with the server.'],
  AccessDenied: ['the keys may not read everything', 'Name the keys of an account that may.'],
}

/** Why a run of curl failed: in the server's words where there are any, which are in the body of its answer. */
export function explainFailure({ host, dataset }: BucketJob, { code, stdout, stderr }: ExecResult): SlipwayError {
  const what = `The bucket ${dataset.id} of service ${dataset.service} on ${host.label}`
  if (code === 127 || /curl: not found|command not found/.test(stderr)) return missingCurl(what, host.label)
  const details = { 'exit code': String(code), output: `${stdout.slice(-2000)}\n${stderr}`.trim().slice(-4000) }
  if (code === 23 || /no space left/i.test(stderr)) {
    return new SlipwayError('host.disk-full', `${what} could not be copied: the disk of ${host.label} is full.`, {
      hint: 'Free some space, and try again.',
      details,
    })
  }
  const said = parseS3Error(stdout.slice(stdout.lastIndexOf('<?xml')))
  const [reason, hint] = REASONS[said.code] ?? [
    said.message || stderr.trim().split('\n').at(-1) || `curl ended with ${code}`,
    'Look whether the S3 server runs, and what it logs.',
  ]
  return new SlipwayError('backup.failed', `${what} could not be used: ${reason}.`, { hint, details })
}

export function missingCurl(what: string, label: string): SlipwayError {
  return new SlipwayError('backup.tool-missing', `${what} cannot be backed up: ${label} has no curl 7.83 or newer.`, {
    state: 'Nothing was changed.',
    hint: `Install it on ${label}: sudo apt-get install curl`,
  })
}
