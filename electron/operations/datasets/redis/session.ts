import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Container } from '../../../docker/engine.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import { parseReport, type Report } from '../host-report.ts'
import type { DatasetJob } from '../kind.ts'
import { requireContainer } from '../place.ts'
import { resolveSecret } from '../resolve-secret.ts'
import { explainFailure } from './errors.ts'

export type RedisJob = DatasetJob<DatasetOf<'redis'>>

const QUERY_TIMEOUT_MS = 60_000

/**
 * `PORT`, within the server's container. The password comes on the first line of standard input and goes into the
 * environment of the client, so that no list of processes shows it. `ask` says an error's words and ends with it:
 * older clients end well after a refused command.
 */
export const OPEN_SESSION = `set -eu
port=$1
IFS= read -r password || :
[ -z "$password" ] || { REDISCLI_AUTH=$password; export REDISCLI_AUTH; }
client=redis-cli
command -v redis-cli >/dev/null || client=valkey-cli
ask() {
  answer=$("$client" -p "$port" --no-auth-warning "$@")
  case $answer in
  ERR*|NOAUTH*|WRONGPASS*|NOPERM*|LOADING*|MISCONF*|*'(error)'*) printf '%s\\n' "$answer" >&2; exit 65 ;;
  esac
  printf '%s\\n' "$answer"
}
report() { printf 'slipway\\t%s\\t%s\\n' "$1" "$2" >&2; }
setting() { ask CONFIG GET "$1" | sed -n 2p; }
info() { ask INFO "$1" | tr -d '\\r'; }
field() { sed -n -e "s/^$1://p"; }
ask PING | grep -q PONG
`

/** The server's container, which must run: its data is in its memory. */
export function requireServer({ stack, dataset, host }: RedisJob): Container {
  const container = requireContainer(stack, dataset.service)
  if (container.state === 'running') return container
  throw new SlipwayError(
    'backup.failed',
    `The server ${dataset.service} on ${host.label} does not run (${container.state}).`,
    { state: 'Nothing was changed.', hint: `Start it first: docker compose up -d ${dataset.service}` },
  )
}

/** Arguments of `docker` for a script in the server's container, which reads {@link passwordLine} first. */
export function execArgv(job: RedisJob, script: string): string[] {
  const args = ['sh', '-c', `${OPEN_SESSION}${script}`, 'sh', String(job.dataset.port)]
  return ['exec', '--interactive', '--env', 'LC_ALL=C', requireServer(job).id, ...args]
}

/** Where the runbook names no password, or the stack sets none, an empty line. */
export function passwordLine({ stack, dataset }: RedisJob): string {
  return `${resolveSecret(stack, dataset.password) ?? ''}\n`
}

/** What a script in the server's container reports. */
export async function askServer(job: RedisJob, script: string): Promise<Report> {
  const result: ExecResult = await job.cli.run(execArgv(job, script), {
    input: passwordLine(job),
    signal: job.signal,
    timeoutMs: QUERY_TIMEOUT_MS,
    okCodes: 'any',
  })
  if (result.code !== 0) throw explainFailure(job, 'read', result)
  return parseReport(result.stderr)
}
