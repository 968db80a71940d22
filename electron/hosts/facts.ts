import type { HostFacts } from './host.ts'

/**
 * One look at a host: who, where, which clock, and where the docker CLI is, also outside the PATH of
 * non-interactive shells. Constant text; nothing is ever spliced in.
 */
export const FACTS_SCRIPT = `
echo "begin=$(date +%s%N)"
echo "user=$(id -un)"; echo "uid=$(id -u)"; echo "home=$HOME"; echo "hostname=$(uname -n)"
echo "os=$(uname -s)"; echo "machine=$(uname -m)"; echo "groups=$(id -Gn)"
docker=$(command -v docker 2>/dev/null)
for candidate in /usr/local/bin/docker /usr/bin/docker /opt/docker/bin/docker /snap/bin/docker /opt/homebrew/bin/docker "$HOME/.docker/bin/docker" "$HOME/bin/docker"; do
  if [ -z "$docker" ] && [ -x "$candidate" ]; then docker=$candidate; fi
done
if [ -z "$docker" ] && [ -n "$SHELL" ]; then docker=$("$SHELL" -lc 'command -v docker' </dev/null 2>/dev/null | tail -n 1); fi
case "$docker" in /*) [ -x "$docker" ] && echo "docker=$docker" ;; esac
if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then echo "sudo=yes"; fi
echo "now=$(date +%s%N)"
`

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i686: '386',
  riscv64: 'riscv64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
}

/** `uname -m` as Docker names architectures; unknown ones as they are. */
export function dockerArchitecture(machine: string): string {
  return ARCHITECTURES[machine] ?? machine
}

function parseClock(text: string | undefined): number | null {
  // busybox's date knows no nanoseconds and prints the seconds alone, or `%N` behind them.
  const digits = /^\d+/.exec(text ?? '')?.[0]
  if (digits === undefined) return null
  return digits.length >= 19 ? Number(digits.slice(0, -6)) : Number(digits) * 1000
}

/** When the look began and ended by this computer's clock, in milliseconds since 1970. */
export interface LookTimes {
  readonly beginMs: number
  readonly endMs: number
}

/**
 * The clock's offset, from the host's clock at the end of the script: that moment lies half a round trip before the
 * answer came. What the call took beyond the script's own time is two round trips: opening a channel, then the command.
 */
function clockOffset(begin: number | null, end: number | null, times: LookTimes): number {
  if (end === null) return 0
  const tripsMs = Math.max(0, times.endMs - times.beginMs - (end - (begin ?? end)))
  return Math.round(end - (times.endMs - tripsMs / 4))
}

export function parseFacts(output: string, times: LookTimes): HostFacts {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  return {
    user: values.get('user') ?? '',
    uid: Number(values.get('uid') ?? Number.NaN),
    home: values.get('home') ?? '/',
    hostname: values.get('hostname') ?? '',
    os: (values.get('os') ?? '').toLowerCase(),
    architecture: dockerArchitecture(values.get('machine') ?? ''),
    clockOffsetMs: clockOffset(parseClock(values.get('begin')), parseClock(values.get('now')), times),
    dockerPath: values.get('docker') ?? null,
    groups: (values.get('groups') ?? '').split(' ').filter((group) => group !== ''),
    canSudo: values.get('sudo') === 'yes',
  }
}
