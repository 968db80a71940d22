import { SlipwayError } from '../../shared/errors.ts'
import type { Host, HostFacts } from '../hosts/host.ts'
import { type Endpoint, socketPathOf } from './engine-route.ts'

const DIAGNOSIS_TIMEOUT_MS = 15_000

/**
 * Looks at an engine's socket from the host's own side, since SSH says the same of a missing socket, of one
 * that may not be opened and of forwarding that is forbidden. Arguments: socket path, URL, docker CLI or ''.
 */
const DIAGNOSIS_SCRIPT = `
path=$1 url=$2 docker=$3
say() { printf '%s=%s\\n' "$1" "$2"; }
[ -e "$path" ] && say exists 1
[ -S "$path" ] && say socket 1
[ -r "$path" ] && [ -w "$path" ] && say writable 1
say owner "$(stat -c '%U:%G %a' "$path" 2>/dev/null)"
real=$(readlink -f "$path" 2>/dev/null)
awk -v a="$path" -v b="$real" -v c="/var$real" '$4 == "00010000" && ($8 == a || $8 == b || $8 == c) { found = 1 } END { exit !found }' /proc/net/unix 2>/dev/null && say listening 1
for comm in /proc/[0-9]*/comm; do
  read -r name < "$comm" && [ "$name" = dockerd ] && { say daemon 1; break; }
done 2>/dev/null
grep -E '^docker:.*[:,]'"$(id -un)"'(,|$)' /etc/group >/dev/null 2>&1 && say member 1
if [ -n "$docker" ]; then
  words=$("$docker" --host "$url" version --format '{{.Server.APIVersion}}' 2>&1) && say cli-works 1
  say cli "$(printf '%s' "$words" | tr '\\n' ' ')"
fi
exit 0
`

/** What a look from the host's own side found. */
export interface EngineFindings {
  readonly exists: boolean
  readonly isSocket: boolean
  readonly isWritable: boolean
  /** `root:docker 660`, where it could be read. */
  readonly owner: string
  /** A process listens on the socket, as far as this network namespace tells. */
  readonly isListening: boolean
  readonly daemonRuns: boolean
  /** The group file names the user, whatever groups this session got when it began. */
  readonly isMember: boolean
  readonly cliWorks: boolean
  readonly cliOutput: string
}

/** Thrown on with the errors that the ways to the engine met. */
export interface ClosedWays {
  readonly direct: unknown
  readonly dial: unknown
  readonly sudo: unknown
}

export function parseFindings(output: string): EngineFindings {
  const values = new Map(
    output.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  return {
    exists: values.has('exists'),
    isSocket: values.has('socket'),
    isWritable: values.has('writable'),
    owner: values.get('owner') ?? '',
    isListening: values.has('listening'),
    daemonRuns: values.has('daemon'),
    isMember: values.has('member'),
    cliWorks: values.has('cli-works'),
    cliOutput: (values.get('cli') ?? '').trim(),
  }
}

/** Why no way to the engine works, as the error to show. */
export async function diagnoseEngine(
  host: Host,
  facts: HostFacts,
  endpoint: Endpoint,
  ways: ClosedWays,
): Promise<SlipwayError> {
  const path = socketPathOf(endpoint) ?? ''
  const { stdout } = await host.exec(['sh', '-c', DIAGNOSIS_SCRIPT, 'sh', path, endpoint.url, facts.dockerPath ?? ''], {
    timeoutMs: DIAGNOSIS_TIMEOUT_MS,
    okCodes: 'any',
  })
  return judgeFindings(parseFindings(stdout), { label: host.label, usesSudo: host.usesSudo, facts, endpoint, ways })
}

export interface JudgedHost {
  readonly label: string
  readonly usesSudo: boolean
  readonly facts: Pick<HostFacts, 'user' | 'canSudo' | 'dockerPath'>
  readonly endpoint: Endpoint
  readonly ways: ClosedWays
}

/** Pure part of {@link diagnoseEngine}. */
export function judgeFindings(found: EngineFindings, judged: JudgedHost): SlipwayError {
  const { label, endpoint } = judged
  const path = socketPathOf(endpoint)
  if (path === null) return closedError(found, judged)
  if (!found.exists) return missingError(found, judged, path)
  if (!found.isSocket) {
    return failure('docker.socket-missing', judged, found, {
      message: `${path} on ${label} is not a socket, so no Docker engine can listen there.`,
      hint: 'A container that mounted the path before the engine ran leaves an empty directory. Remove it and restart Docker.',
    })
  }
  if (!found.isWritable && !judged.usesSudo) return forbiddenError(found, judged, path)
  if (judged.usesSudo && !judged.facts.canSudo) {
    return failure('host.sudo-refused', judged, found, {
      message: `sudo on ${label} asks ${judged.facts.user} for a password, so Slipway cannot reach Docker with it.`,
      hint: `Add ${judged.facts.user} to the group docker, or allow the commands in sudoers with NOPASSWD.`,
    })
  }
  if (isDown(found)) {
    return failure('docker.engine-down', judged, found, {
      message: `The Docker engine on ${label} is not running: nothing answers on ${path}.`,
      hint: 'Start it on the host: `sudo systemctl start docker`. `journalctl -u docker` tells why it ended.',
      retryable: true,
    })
  }
  return closedError(found, judged)
}

function isDown(found: EngineFindings): boolean {
  if (found.cliWorks) return false
  // The CLI has no exit code of its own for this.
  return (
    /cannot connect to the docker daemon|connection refused/i.test(found.cliOutput) ||
    !(found.isListening || found.daemonRuns)
  )
}

function missingError(found: EngineFindings, judged: JudgedHost, path: string): SlipwayError {
  const { label, facts, endpoint } = judged
  if (facts.dockerPath === null && !found.daemonRuns) {
    return failure('docker.not-installed', judged, found, {
      message: `Docker is not installed on ${label}: there is neither a docker command nor an engine.`,
      hint: 'Install Docker Engine and the Compose plugin: https://docs.docker.com/engine/install/',
    })
  }
  if (endpoint.source === 'default' && !found.daemonRuns) {
    return failure('docker.engine-down', judged, found, {
      message: `The Docker engine on ${label} is not running: ${path} is not there.`,
      hint: 'Start it on the host: `sudo systemctl start docker`. `journalctl -u docker` tells why it ended.',
      retryable: true,
    })
  }
  return failure('docker.socket-missing', judged, found, {
    message: `The Docker socket ${path} on ${label}, ${SOURCES[endpoint.source]}, is not there.`,
    hint: found.daemonRuns
      ? 'An engine runs, but listens elsewhere. Set the Docker context, or DOCKER_HOST, of the user to where it does.'
      : 'Start the engine that listens there, or point the user’s Docker context to another one.',
  })
}

const SOURCES: Readonly<Record<Endpoint['source'], string>> = {
  environment: 'which DOCKER_HOST names',
  context: 'which the current Docker context names',
  rootless: 'of the rootless engine',
  default: 'the default',
}

function forbiddenError(found: EngineFindings, judged: JudgedHost, path: string): SlipwayError {
  const { user, canSudo } = judged.facts
  const join = found.isMember
    ? `${user} is in the group already, but this session began before: disconnect and connect again.`
    : `Let an administrator run \`sudo usermod -aG docker ${user}\` on the host, then connect again.`
  return failure('docker.not-in-group', judged, found, {
    message: `${user} may not use the Docker engine on ${judged.label}: ${path} belongs to ${found.owner || 'others'}.`,
    hint: canSudo ? `${join} Or let Slipway go by sudo, which this user may use without a password.` : join,
  })
}

/** The engine answers on the host itself, but not from here. */
function closedError(found: EngineFindings, judged: JudgedHost): SlipwayError {
  const { label, facts, endpoint } = judged
  if (socketPathOf(endpoint) === null && !found.cliWorks) {
    return failure('docker.engine-down', judged, found, {
      message: `The Docker engine that ${label} uses, ${endpoint.url}, does not answer.`,
      hint: 'Try `docker version` on the host.',
      retryable: true,
    })
  }
  return failure('host.forwarding-forbidden', judged, found, {
    message:
      facts.dockerPath === null
        ? `${label} forbids SSH forwarding to the Docker socket, and has no docker command to go by instead.`
        : `${label} forbids SSH forwarding to the Docker socket, and \`docker system dial-stdio\` does not work either.`,
    hint:
      facts.dockerPath === null
        ? 'Allow `AllowStreamLocalForwarding yes` and `AllowTcpForwarding yes` in sshd_config, or install the docker command.'
        : 'Allow `AllowStreamLocalForwarding yes` and `AllowTcpForwarding yes` in sshd_config, or more sessions with `MaxSessions`.',
  })
}

function failure(
  code: SlipwayError['code'],
  judged: JudgedHost,
  found: EngineFindings,
  options: { readonly message: string; readonly hint: string; readonly retryable?: boolean },
): SlipwayError {
  const { message, hint, retryable = false } = options
  const words = (error: unknown): string => (error instanceof Error ? error.message : '')
  const details = {
    endpoint: judged.endpoint.url,
    socket: found.exists ? found.owner || 'there' : 'missing',
    direct: words(judged.ways.direct),
    'dial-stdio': words(judged.ways.dial),
    sudo: words(judged.ways.sudo),
    'docker version': found.cliOutput,
  }
  return new SlipwayError(code, message, {
    hint,
    retryable,
    state: 'Nothing was changed.',
    cause: judged.ways.direct,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== '')),
  })
}
