import type { ExecResult } from '../../hosts/host.ts'
import type { DatasetJob } from './kind.ts'

/** What is large takes hours; what hangs is not waited for for ever. */
export const TRANSFER_TIMEOUT_MS = 12 * 60 * 60_000

/**
 * `PARTIAL COMMAND…`, on the host: what COMMAND writes goes straight to the disk, is flushed, and only then hashed.
 */
export const RECEIVE = `set -eu
umask 027
partial=$1; shift
rm -f -- "$partial"
"$@" > "$partial"
sync -- "$partial"
printf 'slipway\\tsha256\\t%s\\n' "$(sha256sum < "$partial" | cut -c 1-64)"
printf 'slipway\\tsize\\t%s\\n' "$(stat -c %s -- "$partial")"`

/** Runs a script of ours on the host, as whoever may use Docker there. */
export function runOnHost(job: DatasetJob, script: string, args: readonly string[], input = ''): Promise<ExecResult> {
  return job.host.exec(['sh', '-c', script, 'sh', ...args], {
    input,
    sudo: job.host.usesSudo,
    env: { LC_ALL: 'C' },
    signal: job.signal,
    timeoutMs: TRANSFER_TIMEOUT_MS,
    okCodes: 'any',
  })
}
